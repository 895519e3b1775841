import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editsArbitrary } from '../testing/arbitraries.js'
import { createPrng } from '../testing/prng.js'
import { createModelReplica } from '../testing/replica.js'
import { beatenEdits, overOf } from './bag.js'
import type { Edit } from './edit.js'
import {
  addFingerprints,
  EMPTY_FINGERPRINT,
  type Fingerprint,
  fingerprintToHex,
  recordFingerprint,
} from './fingerprint.js'

const of = (edits: readonly Edit[]): string => fingerprintToHex(recordFingerprint('items', 'x', edits))

/** Each edit has seen some of those before it, and all that those had seen; what is seen is stamped earlier. */
function withOver(edits: readonly Edit[], seed: number): Edit[] {
  const random = createPrng(seed)
  const saw = new Map<Edit, ReadonlySet<Edit>>()
  for (const edit of [...edits].sort((x, y) => x.hlc - y.hlc)) {
    const seen = new Set<Edit>()
    for (const [other, before] of saw)
      if (other.hlc < edit.hlc && random.chance(0.4)) for (const one of [other, ...before]) seen.add(one)
    saw.set({ ...edit, over: overOf([...seen], Object.keys(edit.set), edit.src) }, seen)
  }
  return [...saw.keys()]
}

describe('the fingerprint of a record', () => {
  test('[FP1] is the same for the same edits in any order, however often, swept or not', () => {
    fc.assert(
      fc.property(editsArbitrary(fc, { ids: ['x'] }), fc.nat(), (bare, seed) => {
        const edits = withOver(bare, seed)
        const beaten = new Set(beatenEdits(edits))
        const print = of(edits)
        expect(of([...edits].reverse())).toBe(print)
        expect(of([...edits, ...edits])).toBe(print)
        expect(of(edits.filter((edit) => !beaten.has(edit)))).toBe(print)
      }),
      { numRuns: 1000 },
    )
  })

  test('[FP1] is another one when a live edit is missing or says something else', () => {
    fc.assert(
      fc.property(editsArbitrary(fc, { ids: ['x'], sources: ['user', 'vision'] }), (edits) => {
        const winner = edits.reduce(
          (x, y) => (y.hlc > x.hlc || (y.hlc === x.hlc && y.by > x.by) ? y : x),
          edits[0]!,
        )
        fc.pre(winner !== undefined)
        expect(of(edits.filter((edit) => edit !== winner))).not.toBe(of(edits))
        const [field = ''] = Object.keys(winner.set)
        const other = { ...winner, set: { ...winner.set, [field]: 'something else' } }
        expect(of(edits.map((edit) => (edit === winner ? other : edit)))).not.toBe(of(edits))
      }),
      { numRuns: 1000 },
    )
  })

  test('[FP1] does not depend on how a database orders the keys of a value', () => {
    const edit = (value: Edit['set'][string]): Edit => ({
      hlc: 1,
      by: 'phone/a',
      kind: 'items',
      id: 'x',
      set: { colors: value },
      over: {},
      src: 'user',
      confidence: {},
    })
    expect(of([edit([{ hex: '#fff', share: 1 }])])).toBe(of([edit([{ share: 1, hex: '#fff' }])]))
  })
})

describe('the fingerprint of a wardrobe', () => {
  test('[FP1] is that of its records, in any order, and replicas that have met have the same', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = createPrng(seed)
      let time = Date.UTC(2026, 0, 1)
      const replicas = ['a/1', 'b/1', 'c/1'].map((by, i) =>
        createModelReplica({ by, client: i + 1, now: () => (time += random.below(3)) }),
      )
      for (let step = 0; step < 40; step++) {
        const one = random.pick(replicas)
        if (random.chance(0.7)) one.write('items', random.pick(['x', 'y']), { name: random.below(9) })
        else one.pull(random.pick(replicas))
      }
      for (let round = 0; round < 2; round++)
        for (const one of replicas) for (const other of replicas) one.pull(other)
      const prints = replicas.map((replica) => {
        let sum: Fingerprint = EMPTY_FINGERPRINT
        for (const id of random.shuffle(['x', 'y']))
          sum = addFingerprints(sum, recordFingerprint('items', id, replica.editsOf('items', id)))
        return fingerprintToHex(sum)
      })
      expect(new Set(prints).size, `seed ${seed}`).toBe(1)
      for (const replica of replicas) replica.close()
    }
  })
})
