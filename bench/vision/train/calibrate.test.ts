import { createPrng } from '@modaics/shared/testing'
import { describe, expect, test } from 'vitest'
import { calibrationError } from '../measure.js'
import { fitLogistic } from './calibrate.js'

describe('how sure one may be', () => {
  test('[LV5] confidence becomes the share of right answers, also of others than it was fitted on', () => {
    const { next, chance } = createPrng(3)
    // right more often than their share says
    const draw = () =>
      Array.from({ length: 4_000 }, () => {
        const share = next()
        return { share, right: chance(0.5 + share / 2) }
      })
    const { confidence, slope } = fitLogistic(draw())
    const others = draw()
    const error = (of: (share: number) => number): number =>
      calibrationError(others.map(({ share, right }) => ({ confidence: of(share), right })))
    expect(error((share) => share)).toBeGreaterThan(0.2)
    expect(error(confidence)).toBeLessThan(0.05)
    expect(slope).toBeGreaterThan(0)
  })
})
