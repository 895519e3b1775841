import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editsArbitrary } from '../testing/arbitraries.js'
import { createPrng } from '../testing/prng.js'
import { compareEdits, type Edit, isRelease, RELEASE } from './edit.js'
import { foldEdits, winnerOf } from './fold.js'

let clock = 0
const edit = (set: Edit['set'], more: Partial<Edit> = {}): Edit => ({
  hlc: ++clock,
  by: 'phone/a',
  kind: 'items',
  id: 'x',
  set,
  over: {},
  src: 'user',
  confidence: {},
  ...more,
})
const shown = (edits: readonly Edit[]) =>
  Object.fromEntries([...foldEdits(edits)].map(([field, { value }]) => [field, value]))

/** What the fold must say of one field, straight from the rules. */
function expectedValue(edits: readonly Edit[], field: string): unknown {
  for (const src of ['user', 'vision', 'device']) {
    const [latest] = edits
      .filter((e) => e.src === src && Object.hasOwn(e.set, field))
      .sort((x, y) => y.hlc - x.hlc || (x.by < y.by ? 1 : -1))
    if (latest && !isRelease(latest.set[field]!)) return latest.set[field]
  }
  return undefined
}

const oneRecord = { ids: ['x'] }

describe('the fold', () => {
  test('[ED1] the later edit wins; ties go to the greater writer', () => {
    fc.assert(
      fc.property(editsArbitrary(fc, oneRecord), (edits) => {
        const state = shown(edits)
        const fields = new Set(edits.flatMap((e) => Object.keys(e.set)))
        for (const field of fields) expect(state[field]).toEqual(expectedValue(edits, field))
        for (const field of Object.keys(state)) expect(fields).toContain(field)
      }),
      { numRuns: 1000 },
    )
  })

  test('[ED1] a tie of clocks goes to the greater writer, whichever comes first in the bag', () => {
    const a = edit({ name: 'a' }, { hlc: 7, by: 'phone/a' })
    const b = edit({ name: 'b' }, { hlc: 7, by: 'phone/b' })
    expect(shown([a, b])).toEqual({ name: 'b' })
    expect(shown([b, a])).toEqual({ name: 'b' })
    expect(winnerOf([b, a], 'name', 'user')).toBe(b)
  })

  test('[ED1] names order edits totally', () => {
    fc.assert(
      fc.property(editsArbitrary(fc), (edits) => {
        for (const x of edits)
          for (const y of edits) {
            expect(Math.sign(compareEdits(x, y))).toBe(-Math.sign(compareEdits(y, x)) || 0)
            expect(compareEdits(x, y) === 0).toBe(x === y)
          }
      }),
      { numRuns: 100 },
    )
  })

  test('[ED3] any order and any duplicates give the same state', () => {
    fc.assert(
      fc.property(editsArbitrary(fc, oneRecord), fc.nat(), (edits, seed) => {
        const random = createPrng(seed)
        const again = random.shuffle([...edits, ...edits.filter(() => random.chance(0.5))])
        expect(shown(again)).toEqual(shown(edits))
      }),
      { numRuns: 500 },
    )
  })

  test('[ED3] the fold of a union is that of the winners of its parts', () => {
    fc.assert(
      fc.property(editsArbitrary(fc, oneRecord), fc.array(fc.nat(3), { minLength: 24 }), (edits, parts) => {
        const winners = [0, 1, 2, 3].flatMap((part) => {
          const own = edits.filter((_, i) => parts[i] === part)
          return own.filter((e) => Object.keys(e.set).some((field) => winnerOf(own, field, e.src) === e))
        })
        expect(shown(winners)).toEqual(shown(edits))
      }),
      { numRuns: 500 },
    )
  })

  test('[ED2] an analysis, however late, never shows over a person’s word', () => {
    fc.assert(
      fc.property(
        editsArbitrary(fc, { ...oneRecord, sources: ['user'] }),
        editsArbitrary(fc, {
          ...oneRecord,
          sources: ['vision', 'device'],
          writers: ['server/v', 'server/w'],
        }),
        (users, analyses) => {
          const before = shown(users)
          const after = shown([...users, ...analyses.map((e) => ({ ...e, hlc: e.hlc + 1000 }))])
          expect(after).toMatchObject(before)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('[ED2] vision shows over the device’s own analysis', () => {
    const vision = edit({ category: 'top' }, { src: 'vision' })
    const device = edit({ category: 'dress', pattern: 'plain' }, { src: 'device' })
    expect(shown([vision, device])).toEqual({ category: 'top', pattern: 'plain' })
  })

  test('[ED2] releasing a field shows the analysis again, also one that comes later', () => {
    const user = edit({ category: 'dress' })
    const vision = edit({ category: 'top' }, { src: 'vision' })
    expect(shown([user, vision])).toEqual({ category: 'dress' })
    const released = edit({ category: RELEASE })
    expect(shown([user, vision, released])).toEqual({ category: 'top' })
    const later = edit({ category: 'outerwear' }, { src: 'vision' })
    expect(shown([user, vision, released, later])).toEqual({ category: 'outerwear' })
    expect(shown([user, released])).toEqual({})
  })

  test('[ED2] null says that a field is empty and hides the analysis', () => {
    const vision = edit({ brand: 'Acme' }, { src: 'vision' })
    const user = edit({ brand: null })
    expect(shown([vision, user])).toEqual({ brand: null })
  })

  test('[ED2] only exactly {"$": "release"} is a release', () => {
    expect(isRelease({ $: 'release' })).toBe(true)
    for (const value of [
      null,
      'release',
      true,
      1,
      [],
      {},
      { $: 'other' },
      { $: 'release', x: 1 },
      ['release'],
    ])
      expect(isRelease(value)).toBe(false)
  })

  test('[ED8] an edit of a source that this version does not know changes nothing that shows', () => {
    const user = edit({ name: 'Shirt' })
    const robot = edit({ name: 'Robot', brand: 'Robot' }, { src: 'robot' })
    expect(shown([user, robot])).toEqual({ name: 'Shirt' })
  })
})
