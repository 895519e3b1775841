import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { COLOR_VISIONS, colorDistanceFor, simulateVision } from './color-vision.js'
import { contrast } from './contrast.js'
import { ciede2000, colorDistance } from './distance.js'
import { ISCC_NBS } from './iscc-nbs.js'
import { nameIsccNbs } from './name-iscc-nbs.js'

const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`)

describe('colours as other eyes see them', () => {
  test('are the same where nothing is missing, and greys for everybody', () => {
    fc.assert(
      fc.property(hex, fc.constantFrom(...COLOR_VISIONS), (color, vision) => {
        expect(simulateVision(color, vision, 0)).toBe(color)
      }),
    )
    for (const vision of COLOR_VISIONS)
      for (const grey of ['#000000', '#777777', '#ffffff'])
        expect(colorDistance(simulateVision(grey, vision)!, grey)).toBeLessThan(0.01)
  })

  test('red and green come near each other for protan and deutan eyes, and stay apart for tritan ones', () => {
    const [red, green] = ['#b2452f', '#6a7a2a']
    const apart = colorDistance(red, green)!
    expect(colorDistanceFor('protan', red, green)).toBeLessThan(apart * 0.6)
    expect(colorDistanceFor('deutan', red, green)).toBeLessThan(apart * 0.6)
    expect(colorDistanceFor('tritan', red, green)).toBeGreaterThan(apart * 0.6)
  })

  test('are nothing where nothing is a colour', () => {
    expect(simulateVision('navy', 'protan')).toBeNull()
    expect(colorDistanceFor('deutan', '#000000', '')).toBeNull()
  })
})

describe('contrast', () => {
  test('is 21 between black and white, 1 of a colour with itself, and the same both ways', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 9)
    fc.assert(
      fc.property(hex, hex, (x, y) => {
        expect(contrast(x, x)).toBe(1)
        expect(contrast(x, y)).toBe(contrast(y, x))
      }),
    )
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
    expect(contrast('#777777', 'white')).toBeNull()
  })
})

describe('CIEDE2000', () => {
  test('is that of the standard for a pair of colours, and null for what is none', () => {
    expect(ciede2000('#000000', '#ffffff')).toBeCloseTo(100, 0)
    expect(ciede2000('#123456', '#123456')).toBe(0)
    expect(ciede2000('#123456', 'x')).toBeNull()
  })
})

describe('the ISCC-NBS name of a colour', () => {
  test('[CR2] is one of 267, and that of each centroid its own', () => {
    expect(ISCC_NBS).toHaveLength(267)
    expect(new Set(ISCC_NBS.map(({ name }) => name)).size).toBe(267)
    for (const { name, hex } of ISCC_NBS) expect(nameIsccNbs(hex), hex).toBe(name)
  })

  test.each([
    ['#722f37', 'dark red'],
    ['#ffffff', 'white'],
    ['#000000', 'black'],
    ['#808080', 'medium gray'],
    ['#000080', 'vivid purplish blue'],
  ])('%s is %s', (color, name) => {
    expect(nameIsccNbs(color)).toBe(name)
  })

  test('is null for what is no colour', () => {
    expect(nameIsccNbs('red')).toBeNull()
  })
})
