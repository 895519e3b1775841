import {
  CLOCK_EPOCH_MS,
  type EditTuple,
  EMPTY_UPDATE,
  encodeDeletes,
  encodeEdits,
  LIMITS,
  msToHlc,
} from '@modaics/shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { type Accepted, judge, type Refused, type Writers } from './judge.js'

const NOW = CLOCK_EPOCH_MS + 1_000_000_000
const PHONE = 'phone-0001'
const ADA = 'ada'
const NOBODY: Writers = new Map()
const phone = (client: number, clock: number): Writers => new Map([[client, { clock, owner: ADA }]])

let count = 0
/** An edit as the phone makes it, with parts replaced. */
function edit(parts: { hlc?: number; by?: string; set?: object; src?: string } = {}): EditTuple {
  const { hlc = msToHlc(NOW) + ++count, by = `${PHONE}/w`, set = { name: 'Coat' }, src } = parts
  const tuple = [hlc, by, 'items', 'one', set, ...(src ? [{}, src] : [])]
  return tuple as unknown as EditTuple
}

/** What a plain document sends. */
function updateOf(write: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = 7
  write(doc)
  return Y.encodeStateAsUpdate(doc)
}

const judged = (update: Uint8Array, writers = NOBODY, device: string | null = PHONE): Accepted | Refused =>
  judge(writers, { update, author: device === null ? null : { userId: ADA, device }, now: NOW })

function refusal(...args: Parameters<typeof judged>): Pick<Refused, 'code' | 'edit'> {
  const verdict = judged(...args)
  if (verdict.ok) throw new Error('the update was accepted')
  expect(verdict.detail).not.toBe('')
  return verdict.edit ? { code: verdict.code, edit: verdict.edit } : { code: verdict.code }
}

function acceptance(...args: Parameters<typeof judged>): Accepted {
  const verdict = judged(...args)
  if (!verdict.ok) throw new Error(`${verdict.code}: ${verdict.detail}`)
  return verdict
}

describe('an update of edits', () => {
  test('[SV1] is accepted byte for byte, whoever made it with Yjs', () => {
    const update = updateOf((doc) => doc.getArray('edits').push([edit(), edit()]))
    const verdict = acceptance(update)
    expect(verdict.update).toBe(update)
    expect(verdict.edits).toHaveLength(2)
    expect(verdict.writers).toEqual(phone(7, 2))
  })

  test('may come in the middle of a log, behind its neighbours', () => {
    const verdict = acceptance(encodeEdits(7, 5, [edit()]), phone(7, 5))
    expect(verdict.writers).toEqual(phone(7, 6))
  })

  test('[SV4] that the log has in part is cut to what is new', () => {
    const [known, fresh] = [edit(), edit()]
    const verdict = acceptance(encodeEdits(7, 0, [known, fresh]), phone(7, 1))
    expect(verdict.edits.map(({ hlc }) => hlc)).toEqual([fresh[0]])
    const doc = new Y.Doc()
    Y.applyUpdate(doc, encodeEdits(7, 0, [known]))
    Y.applyUpdate(doc, verdict.update!)
    expect(doc.getArray('edits').toJSON()).toEqual([known, fresh])
  })

  test('[SV4] that the log has whole is empty, not an error, and says whose it is, so that it is acknowledged', () => {
    expect(acceptance(encodeEdits(7, 0, [edit()]), phone(7, 1))).toMatchObject({
      update: null,
      edits: [],
      writers: new Map(),
      clients: new Set([7]),
    })
    expect(acceptance(EMPTY_UPDATE).update).toBeNull()
  })

  test('may delete what the log has, and carry what was deleted before it came', () => {
    const deletes = encodeDeletes([{ client: 7, clock: 0, length: 2 }])
    expect(acceptance(deletes, phone(7, 2))).toMatchObject({ update: deletes, edits: [] })
    const written = updateOf((doc) => {
      doc.getArray('edits').push([edit(), edit()])
      doc.getArray('edits').delete(0, 1)
    })
    expect(acceptance(written)).toMatchObject({ update: written, writers: phone(7, 2) })
  })

  test('of several clients of one device is accepted in whatever order it lists them', () => {
    const doc = new Y.Doc()
    doc.clientID = 9
    doc.getArray('edits').push([edit()])
    const other = new Y.Doc()
    other.clientID = 3
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
    other.getArray('edits').push([edit()])
    other.getArray('edits').insert(0, [edit()])
    const { writers } = acceptance(Y.encodeStateAsUpdate(other))
    expect(new Map([...writers].map(([client, { clock }]) => [client, clock]))).toEqual(
      new Map([
        [9, 1],
        [3, 2],
      ]),
    )
  })

  test('with kinds, fields and sources of a newer version is accepted', () => {
    const newer = [msToHlc(NOW), `${PHONE}/w`, 'shelves', 'one', { shine: 3 }, {}, 'scale'] as const
    expect(acceptance(encodeEdits(7, 0, [newer])).edits[0]).toMatchObject({ kind: 'shelves', src: 'scale' })
  })
})

describe('an update is refused as a whole', () => {
  test('too-large: it has more bytes than one update may', () => {
    expect(refusal(new Uint8Array(LIMITS.updateBytes + 1))).toEqual({ code: 'too-large' })
  })

  test('malformed: it is not a Yjs update', () => {
    expect(refusal(new Uint8Array([1, 2, 3, 255, 255])).code).toBe('malformed')
    expect(refusal(new TextEncoder().encode('{"hello":1}')).code).toBe('malformed')
    const whole = encodeEdits(7, 0, [edit(), edit()])
    for (let length = 1; length < whole.length; length++)
      expect(judged(whole.subarray(0, length)).ok, `cut at ${length}`).toBe(false)
  })

  test.each<[string, (doc: Y.Doc) => void]>([
    ['a nested array', (doc) => doc.getArray('edits').push([new Y.Array()])],
    ['a nested map', (doc) => doc.getArray('edits').push([new Y.Map()])],
    ['a text', (doc) => doc.getArray('edits').push([new Y.Text('x')])],
    ['bytes', (doc) => doc.getArray('edits').push([new Uint8Array([1])])],
    ['a subdocument', (doc) => doc.getArray('edits').push([new Y.Doc()])],
    ['a map at the root', (doc) => doc.getMap('edits').set('a', edit())],
    ['another root', (doc) => doc.getArray('other').push([edit()])],
    ['a text at the root', (doc) => doc.getText('edits').insert(0, 'x')],
    [
      'an edit beside another root',
      (doc) => {
        doc.getArray('edits').push([edit()])
        doc.getArray('other').push([edit()])
      },
    ],
  ])('not-an-edit: %s', (_name, write) => {
    expect(refusal(updateOf(write)).code).toBe('not-an-edit')
  })

  test('[SV2] invalid-edit: the schema or a limit is broken; the edit is named where it has a name', () => {
    const wrong = edit({ set: { name: 7 } })
    expect(refusal(encodeEdits(7, 0, [edit(), wrong]))).toEqual({
      code: 'invalid-edit',
      edit: [wrong[0], wrong[1]],
    })
    const text = updateOf((doc) => doc.getArray('edits').push(['not a tuple']))
    expect(refusal(text)).toEqual({ code: 'invalid-edit' })
    const huge = edit({ set: { notes: 'x'.repeat(70_000) } })
    expect(refusal(encodeEdits(7, 0, [huge])).code).toBe('invalid-edit')
    const big = updateOf((doc) => doc.getArray('edits').push([[1n, `${PHONE}/w`, 'items', 'one', { a: 2n }]]))
    expect(refusal(big).code).toBe('invalid-edit')
  })

  test('[SV3] foreign-by: it is signed by another device', () => {
    const foreign = edit({ by: 'tablet-01/w' })
    expect(refusal(encodeEdits(7, 0, [foreign]))).toEqual({
      code: 'foreign-by',
      edit: [foreign[0], foreign[1]],
    })
  })

  test('[SV3] foreign-client: it goes on where somebody else has begun', () => {
    const tablet: Writers = new Map([[7, { clock: 1, owner: 'bob' }]])
    expect(refusal(encodeEdits(7, 1, [edit()]), tablet)).toEqual({ code: 'foreign-client' })
  })

  test('[SV3] foreign-source: only the server says what it saw', () => {
    const claim = edit({ src: 'vision' })
    expect(refusal(encodeEdits(7, 0, [claim]))).toEqual({
      code: 'foreign-source',
      edit: [claim[0], claim[1]],
    })
    expect(acceptance(encodeEdits(7, 0, [edit({ src: 'device' })])).edits).toHaveLength(1)
  })

  test('[CL3] clock-ahead: stamped later than the limit allows, and not at the limit itself', () => {
    const limit = msToHlc(NOW + LIMITS.clockAheadMs)
    const ahead = edit({ hlc: limit + 1 })
    expect(refusal(encodeEdits(7, 0, [ahead]))).toEqual({ code: 'clock-ahead', edit: [ahead[0], ahead[1]] })
    expect(acceptance(encodeEdits(7, 0, [edit({ hlc: limit })])).edits).toHaveLength(1)
    expect(acceptance(encodeEdits(7, 0, [edit({ hlc: 0 })])).edits).toHaveLength(1)
  })

  test.each<[string, Uint8Array]>([
    ['a gap in the clocks of its client', encodeEdits(7, 3, [edit()])],
    ['a deletion of what is not there', encodeDeletes([{ client: 7, clock: 2, length: 1 }])],
    ['a deletion of a client that is not there', encodeDeletes([{ client: 8, clock: 0, length: 1 }])],
  ])('resync: %s', (_name, update) => {
    expect(refusal(update, phone(7, 2))).toEqual({ code: 'resync' })
  })

  test('resync: a neighbour that the log does not have', () => {
    const doc = new Y.Doc()
    doc.clientID = 9
    doc.getArray('edits').push([edit()])
    const known = Y.encodeStateVector(doc)
    const next = new Y.Doc()
    next.clientID = 11
    Y.applyUpdate(next, Y.encodeStateAsUpdate(doc))
    next.getArray('edits').push([edit()])
    const update = Y.encodeStateAsUpdate(next, known)
    expect(refusal(update)).toEqual({ code: 'resync' })
    expect(acceptance(update, phone(9, 1)).edits).toHaveLength(1)
  })

  test('[SV2] one bad edit among good ones: nothing of it is taken', () => {
    const writers = new Map(phone(7, 2))
    refusal(encodeEdits(7, 2, [edit(), edit({ by: 'tablet-01/w' })]), writers)
    expect(writers).toEqual(phone(7, 2))
  })
})

describe('the server itself', () => {
  test('writes as vision, and as the devices that REST speaks for, under its own clients', () => {
    const edits = [edit({ by: 'vision/s1', src: 'vision' }), edit()]
    const verdict = acceptance(encodeEdits(12, 0, edits), NOBODY, null)
    expect(verdict.edits).toHaveLength(2)
    expect(verdict.writers).toEqual(new Map([[12, { clock: 2, owner: 'server' }]]))
  })

  test('owns its clients: no device goes on with them', () => {
    const { writers } = acceptance(encodeEdits(12, 0, [edit()]), NOBODY, null)
    expect(refusal(encodeEdits(12, 1, [edit()]), writers).code).toBe('foreign-client')
  })
})
