import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drain } from '../domain/steps.js'
import { fitTaste } from './fit.js'
import { logistic } from './taste-model.js'

const observations = fc
  .array(
    fc.record({
      toward: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.double({ min: -1, max: 1, noNaN: true })),
      weight: fc.double({ min: 0.1, max: 3, noNaN: true }),
    }),
    { maxLength: 30 },
  )
  .map((list) =>
    list.map((one, i) => ({ key: `${i}`, weight: one.weight, toward: new Map(Object.entries(one.toward)) })),
  )

test('the pulls are the most probable ones: there the posterior is flat', () => {
  fc.assert(
    fc.property(observations, (seen) => {
      const fit = drain(fitTaste(seen, () => 1.2))
      for (const [trait, { mean, sd }] of fit) {
        let slope = -mean / 1.44
        for (const { toward, weight } of seen) {
          let margin = 0
          for (const [name, x] of toward) margin += Math.abs(x) < 0.004 ? 0 : x * (fit.get(name)?.mean ?? 0)
          const x = toward.get(trait) ?? 0
          if (Math.abs(x) >= 0.004) slope += weight * x * logistic(-margin)
        }
        expect(Math.abs(slope)).toBeLessThan(0.01)
        expect(sd).toBeLessThanOrEqual(1.2)
      }
    }),
  )
})
