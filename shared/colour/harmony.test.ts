import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hexToOklab, oklabToHex, oklchToOklab } from './convert.js'
import { harmony } from './harmony.js'
import { pairHarmony } from './ou-luo.js'

const score = (...hexes: string[]): number => harmony(hexes).score
const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`)

describe('the harmony of a palette', () => {
  test('is between 0 and 1, whatever the colours and shares', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ hex, share: fc.double() }), { maxLength: 8 }), (palette) => {
        const { score } = harmony(palette)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('[CR3] does not depend on the order of the colours', () => {
    fc.assert(
      fc.property(fc.array(hex, { minLength: 2, maxLength: 6 }), (palette) => {
        expect(harmony([...palette].reverse()).score).toBeCloseTo(harmony(palette).score, 9)
      }),
    )
  })

  test('is higher for neutrals with one accent than for four hues around the wheel', () => {
    expect(score('#1b2440', '#ffffff', '#c8202c')).toBeGreaterThan(
      score('#f5d328', '#2e8b3d', '#2a5fc0', '#c8202c'),
    )
  })

  test('falls on average as the hues of a pair move apart from neighbours to a quarter of the wheel', () => {
    const at = (h: number): string => oklabToHex(oklchToOklab({ l: 0.65, c: 0.14, h: h % 360 }))
    const starts = Array.from({ length: 24 }, (_, i) => i * 15)
    const mean = (step: number): number =>
      starts.reduce((sum, h) => sum + score(at(h), at(h + step)), 0) / starts.length
    const scores = [10, 50, 90].map(mean)
    expect(scores).toEqual([...scores].sort((x, y) => y - x))
  })

  test('[CR4] is highest for a moderate match: neither one flat colour nor black on white', () => {
    const flat = score('#808080', '#818181')
    const moderate = score('#36383b', '#96979a')
    const stark = score('#000000', '#ffffff')
    expect(moderate).toBeGreaterThan(flat)
    expect(moderate).toBeGreaterThan(stark)
  })

  test('[CR4] treats denim, navy, camel and brown as no hue at all', () => {
    expect(score('#4a6488', '#b98a50')).toBeGreaterThan(score('#2a5fc0', '#e8731c'))
  })

  test('[CR4] gives opposite hues no more than a small bonus over hues at right angles', () => {
    const at = (h: number): string => oklabToHex(oklchToOklab({ l: 0.6, c: 0.1, h }))
    expect(score(at(30), at(210))).toBeLessThan(score(at(30), at(45)))
  })

  test('says why', () => {
    expect(harmony(['#1b2440', '#ffffff', '#6e1f30']).reasons[0]).toBe(
      'burgundy stands out from navy and white',
    )
    expect(harmony(['#ff0000', '#00ff00', '#0000ff']).reasons[0]).toMatch(/pull in different directions/)
  })

  test('has nothing to say about what is no colour', () => {
    expect(harmony([])).toEqual({ score: 0.5, reasons: [], terms: {} })
    expect(harmony(['blue', '#zz'])).toEqual({ score: 0.5, reasons: [], terms: {} })
  })
})

describe('the harmony of a palette seen for itself', () => {
  const score = (...hexes: string[]): number => harmony(hexes, 'palette').score

  test('[CR3] is between 0 and 1, and so is every term', () => {
    fc.assert(
      fc.property(fc.array(hex, { minLength: 1, maxLength: 8 }), (palette) => {
        const { score, terms } = harmony(palette, 'palette')
        for (const value of [score, ...Object.values(terms)]) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  test('does not depend on the order of the colours', () => {
    fc.assert(
      fc.property(fc.array(hex, { minLength: 2, maxLength: 6 }), (palette) => {
        expect(score(...[...palette].reverse())).toBeCloseTo(score(...palette), 9)
      }),
    )
  })

  test('prefers one hue in steps of lightness to five strong hues', () => {
    const blues = ['#d6e6f4', '#a9c9e6', '#6ea3d0', '#3f7cb4', '#245a8c']
    expect(score(...blues)).toBeGreaterThan(score('#ff0000', '#ffff00', '#00ff00', '#00ffff', '#ff00ff'))
  })

  test('prefers colours that lightness tells apart to the same hues at one lightness', () => {
    const at = (l: number, h: number): string => oklabToHex(oklchToOklab({ l, c: 0.08, h }))
    expect(score(at(0.45, 200), at(0.65, 230), at(0.85, 260))).toBeGreaterThan(
      score(at(0.65, 200), at(0.65, 230), at(0.65, 260)),
    )
  })

  test('dislikes the dark, which clothes do not', () => {
    const dark = ['#101014', '#16201a', '#201620']
    const light = ['#b8b8bc', '#b2bcb6', '#bcb2bc']
    const darker = score(...light) - score(...dark)
    expect(darker).toBeGreaterThan(0.05)
    expect(Math.abs(harmony(light).score - harmony(dark).score)).toBeLessThan(darker / 2)
  })
})

test('the model of Ou and Luo prefers like hues and chromas, and is symmetric', () => {
  const lab = (text: string) => hexToOklab(text)!
  const [blue, lightBlue, orange] = [lab('#3060a0'), lab('#7fa4d4'), lab('#e07020')]
  expect(pairHarmony(blue, lightBlue)).toBeGreaterThan(pairHarmony(blue, orange))
  expect(pairHarmony(blue, orange)).toBeCloseTo(pairHarmony(orange, blue), 12)
})
