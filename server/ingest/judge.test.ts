import {
  type Edit,
  type EditTuple,
  editToTuple,
  encodeDeletes,
  encodeEdits,
  LIMITS,
  msToHlc,
  splitUpdate,
  writeUpdate,
} from '@modaics/shared'
import { createPrng, createRandomBag } from '@modaics/shared/testing'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { judge, type Writers } from './judge.js'

const NOW = Date.UTC(2026, 0, 1)
const HLC = msToHlc(NOW)
const NOBODY: Writers = new Map()

const tuple = (hlc = HLC, more: Partial<Record<'by' | 'src', string>> = {}): EditTuple => {
  const { by = 'phone/a', src } = more
  const set = { name: 'Shirt' }
  return src ? [hlc, by, 'items', 'x', set, {}, src] : [hlc, by, 'items', 'x', set]
}
const submit = (update: Uint8Array, writers: Writers = NOBODY, device: string | null = 'phone') =>
  judge(writers, { update, device, now: NOW })

/** The writers after an accepted update. */
function after(writers: Writers, update: Uint8Array): Writers {
  const verdict = submit(update, writers)
  if (!verdict.ok) throw new Error(verdict.detail)
  return new Map([...writers, ...verdict.writers])
}

describe('the judge', () => {
  test('[SV1] accepts edits and keeps their bytes as they are', () => {
    const update = encodeEdits(7, 0, [tuple(), tuple(HLC + 1)])
    const verdict = submit(update)
    expect(verdict).toMatchObject({ ok: true, edits: [{ hlc: HLC }, { hlc: HLC + 1 }] })
    expect(verdict.ok && verdict.update).toBe(update)
    expect(verdict.ok && [...verdict.writers]).toEqual([[7, { clock: 2, device: 'phone' }]])
  })

  test.each<[string, Uint8Array, string]>([
    ['bytes that are no update', new Uint8Array([255, 1, 2]), 'malformed'],
    ['more bytes than the limit', new Uint8Array(LIMITS.updateBytes + 1), 'too-large'],
    [
      'an edit that does not fit',
      encodeEdits(7, 0, [[HLC, 'phone/a', 'items', 'x', { name: 1 }]] as never),
      'invalid-edit',
    ],
    ['what is no edit at all', encodeEdits(7, 0, ['hello'] as never), 'invalid-edit'],
    ['an edit of another device', encodeEdits(7, 0, [tuple(HLC, { by: 'tablet/a' })]), 'foreign-by'],
    [
      'an edit that claims to be the analysis',
      encodeEdits(7, 0, [tuple(HLC, { src: 'vision' })]),
      'foreign-source',
    ],
    ['a clock a year ahead', encodeEdits(7, 0, [tuple(msToHlc(NOW + 365 * 86_400_000))]), 'clock-ahead'],
    ['edits after a gap', encodeEdits(7, 3, [tuple()]), 'resync'],
    ['a deletion of what is not there', encodeDeletes([{ client: 7, clock: 0, length: 1 }]), 'resync'],
  ])('[SV2] refuses %s', (_, update, code) => {
    expect(submit(update)).toMatchObject({ ok: false, code })
  })

  test('[SV2] one bad edit refuses the whole update, and is named', () => {
    const update = encodeEdits(7, 0, [tuple(), tuple(HLC + 1, { by: 'tablet/a' }), tuple(HLC + 2)])
    expect(submit(update)).toMatchObject({ ok: false, code: 'foreign-by', edit: [HLC + 1, 'tablet/a'] })
  })

  test('[SV2] structs that need each other in a circle are malformed, and take no time', () => {
    const run = (client: number, origin: Y.ID) =>
      ({ client, clock: 0, length: 1, values: [tuple()], origin, rightOrigin: null }) as const
    const circle = [run(1, Y.createID(2, 0)), run(2, Y.createID(1, 0))]
    expect(submit(writeUpdate({ runs: circle, deletes: [] }))).toMatchObject({ ok: false, code: 'malformed' })
  })

  test('[CL3] an edit may be 60 seconds ahead of the server’s time, and no more', () => {
    const at = (ms: number) => submit(encodeEdits(7, 0, [tuple(msToHlc(NOW + ms))]))
    expect(at(60_000)).toMatchObject({ ok: true })
    expect(at(60_001)).toMatchObject({ ok: false, code: 'clock-ahead' })
    expect(at(-10 * 365 * 86_400_000)).toMatchObject({ ok: true })
  })

  test('[SV3] a Yjs client belongs to the device that first wrote with it', () => {
    const writers = after(NOBODY, encodeEdits(7, 0, [tuple()]))
    const next = encodeEdits(7, 1, [tuple(HLC + 1, { by: 'tablet/a' })])
    expect(submit(next, writers, 'tablet')).toMatchObject({ ok: false, code: 'foreign-client' })
    expect(submit(next, writers, null)).toMatchObject({ ok: false, code: 'foreign-client' })
  })

  test('[SV3] the server writes as any device and as the analysis', () => {
    const update = encodeEdits(7, 0, [
      tuple(HLC, { by: 'vision/s1', src: 'vision' }),
      tuple(HLC, { by: 'web/s1' }),
    ])
    expect(submit(update, NOBODY, null)).toMatchObject({ ok: true })
  })

  test('[SV4] what the log has already is cut off, and the rest is taken', () => {
    const edits = [tuple(), tuple(HLC + 1), tuple(HLC + 2)]
    const writers = after(NOBODY, encodeEdits(7, 0, edits.slice(0, 2)))
    const verdict = submit(encodeEdits(7, 0, edits), writers)
    expect(verdict).toMatchObject({ ok: true, edits: [{ hlc: HLC + 2 }] })
    const doc = new Y.Doc()
    Y.applyUpdate(doc, encodeEdits(7, 0, edits.slice(0, 2)))
    Y.applyUpdate(doc, (verdict.ok && verdict.update) || new Uint8Array())
    expect(new Set(doc.getArray('edits').toArray())).toEqual(new Set(edits))
    expect(submit(encodeEdits(7, 0, edits.slice(0, 2)), writers)).toMatchObject({
      ok: true,
      update: null,
      edits: [],
    })
  })

  test('[SV4] a document sent in pieces, again and again, is taken once and whole', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createPrng(seed)
      const edit = (step: number): Edit => ({
        hlc: step,
        by: 'phone/a',
        kind: 'items',
        id: 'x',
        set: { name: `${step}` },
        over: {},
        src: 'user',
        confidence: {},
      })
      const doc = createRandomBag(random, { clients: 3, steps: 50, edit })
      let writers = NOBODY
      const log: Uint8Array[] = []
      const taken: Edit[] = []
      const pieces = splitUpdate(Y.encodeStateAsUpdate(doc), 600)
      for (const piece of pieces.flatMap((one, i) => [one, ...pieces.slice(0, random.chance(0.3) ? i : 0)])) {
        const verdict = submit(piece, writers)
        if (!verdict.ok) throw new Error(`seed ${seed}: ${verdict.detail}`)
        writers = new Map([...writers, ...verdict.writers])
        taken.push(...verdict.edits)
        if (verdict.update) log.push(verdict.update)
      }
      const copy = new Y.Doc()
      for (const update of log) Y.applyUpdate(copy, update)
      expect(copy.getArray('edits').toArray()).toEqual(doc.getArray('edits').toArray())
      const live = doc.getArray('edits').toArray() as EditTuple[]
      expect(taken.map((one) => JSON.stringify(editToTuple(one))).sort()).toEqual(
        live.map((one) => JSON.stringify(one)).sort(),
      )
    }
  })
})
