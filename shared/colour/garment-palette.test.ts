import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { colorDistance } from './distance.js'
import { garmentMask } from './garment-mask.js'
import { garmentPalette } from './garment-palette.js'
import type { RgbaImage } from './pixels.js'
import { toLabPixels } from './pixels.js'

type Rgb = readonly [r: number, g: number, b: number]
type Paint = (x: number, y: number) => Rgb | null

/** Noise without chance, −1 to 1. */
const grain = (x: number, y: number): number => {
  const n = Math.sin(x * 12.9898 + y * 78.233) * 43758.5453
  return 2 * (n - Math.floor(n)) - 1
}

function draw(width: number, height: number, paint: Paint): RgbaImage {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const rgb = paint(x, y)
      const speckle = 6 * grain(x, y)
      data.set(
        rgb ? [rgb[0] + speckle, rgb[1] + speckle, rgb[2] + speckle, 255] : [0, 0, 0, 0],
        (y * width + x) * 4,
      )
    }
  return { data, width, height }
}

/** A T-shirt on a picture of 120 × 150: a body and two sleeves. */
const inShirt = (x: number, y: number): boolean =>
  (x >= 35 && x < 85 && y >= 30 && y < 125) || (x >= 15 && x < 105 && y >= 30 && y < 58)

const COLOURS = {
  red: [190, 30, 40],
  navy: [30, 38, 72],
  white: [238, 238, 236],
  olive: [92, 93, 47],
  black: [26, 26, 28],
  lavender: [185, 167, 220],
} as const satisfies Record<string, Rgb>

const BACKGROUNDS: Readonly<Record<string, (x: number, y: number) => Rgb>> = {
  'a plain wall': () => [205, 200, 190],
  'a wooden floor': (x) => [150 + 14 * Math.sin(x / 3), 105 + 10 * Math.sin(x / 3), 65],
  'a chequered cloth': (x, y) => (((x >> 3) + (y >> 3)) % 2 === 0 ? [70, 120, 90] : [225, 200, 120]),
  'a sheet lit from one side': (x) => [110 + x, 105 + x, 98 + x],
}

describe('the palette of a garment', () => {
  for (const [name, rgb] of Object.entries(COLOURS))
    for (const [ground, at] of Object.entries(BACKGROUNDS))
      test(`sees ${name} on ${ground}`, () => {
        const found = garmentPalette(draw(120, 150, (x, y) => (inShirt(x, y) ? rgb : at(x, y))))
        expect(found.colors[0]?.name).toBe(name)
        expect(found.colors[0]?.share).toBeGreaterThan(0.75)
        expect(found.coverage).toBeGreaterThan(0.2)
        expect(found.coverage).toBeLessThan(0.55)
      })

  test('gives the colours of a two-coloured garment by their area', () => {
    const image = draw(120, 150, (x, y) =>
      inShirt(x, y) ? (y < 95 ? COLOURS.navy : COLOURS.red) : [205, 200, 190],
    )
    const { colors } = garmentPalette(image)
    expect(colors.map((color) => color.name)).toEqual(['navy', 'red'])
    expect(colors[0]?.share).toBeGreaterThan(0.6)
    expect(colors[0]?.share).toBeLessThan(0.85)
    expect(colors.reduce((sum, color) => sum + color.share, 0)).toBeCloseTo(1, 2)
  })

  test('takes a cut-out picture at its word', () => {
    const found = garmentPalette(draw(60, 60, (x) => (x < 20 ? COLOURS.olive : null)))
    expect(found.colors.map((color) => color.name)).toEqual(['olive'])
    expect(found.coverage).toBeCloseTo(1 / 3, 2)
    expect(found.confidence).toBeGreaterThan(0.9)
  })

  test('is nothing, with no confidence, for a picture that is wholly transparent', () => {
    expect(garmentPalette(draw(40, 40, () => null))).toEqual({ colors: [], coverage: 0, confidence: 0 })
  })

  test('of one even colour is that colour, with little confidence', () => {
    const { colors, confidence } = garmentPalette({
      data: new Uint8Array(64 * 64 * 4).fill(128).map((value, i) => (i % 4 === 3 ? 255 : value)),
      width: 64,
      height: 64,
    })
    expect(colors).toEqual([{ hex: '#808080', name: 'grey', share: 1 }])
    expect(confidence).toBeLessThanOrEqual(0.3)
  })

  test('of a single pixel is its colour', () => {
    const { colors } = garmentPalette({ data: Uint8Array.of(190, 30, 40, 255), width: 1, height: 1 })
    expect(colors.map((color) => color.name)).toEqual(['red'])
  })

  test('is empty where the sizes do not describe the data', () => {
    const empty = { colors: [], coverage: 0, confidence: 0 }
    const data = new Uint8Array(16)
    for (const [width, height] of [
      [0, 0],
      [3, 3],
      [-1, 4],
      [Number.NaN, 1],
      [1.5, 1],
    ] as const)
      expect(garmentPalette({ data, width, height })).toEqual(empty)
  })

  test('hardly depends on the size of the picture', () => {
    const small = garmentPalette(draw(120, 150, (x, y) => (inShirt(x, y) ? COLOURS.navy : [205, 200, 190])))
    const large = garmentPalette(
      draw(480, 600, (x, y) => (inShirt(x / 4, y / 4) ? COLOURS.navy : [205, 200, 190])),
    )
    expect(colorDistance(small.colors[0]!.hex, large.colors[0]!.hex)).toBeLessThan(0.03)
    expect(Math.abs(small.coverage - large.coverage)).toBeLessThan(0.05)
  })

  test('is the same each time', () => {
    const image = draw(90, 90, (x, y) => [x * 2, y * 2, (x * y) % 255])
    expect(garmentPalette(image)).toEqual(garmentPalette(image))
  })

  test('never throws, and keeps to its limits, whatever the pixels', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.uint8Array({ minLength: 40, maxLength: 400 }),
        fc.integer({ min: 1, max: 6 }),
        (width, height, bytes, maxColors) => {
          const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => bytes[i % bytes.length] ?? 0)
          const { colors, coverage, confidence } = garmentPalette({ data, width, height }, { maxColors })
          expect(colors.length).toBeLessThanOrEqual(maxColors)
          for (const color of colors) {
            expect(color.hex).toMatch(/^#[0-9a-f]{6}$/)
            expect(color.share).toBeGreaterThan(0)
          }
          for (const part of [coverage, confidence]) {
            expect(part).toBeGreaterThanOrEqual(0)
            expect(part).toBeLessThanOrEqual(1)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('the mask of a garment', () => {
  for (const [ground, at] of Object.entries(BACKGROUNDS))
    test(`covers the garment and little else on ${ground}`, () => {
      const pixels = toLabPixels(
        draw(120, 150, (x, y) => (inShirt(x, y) ? COLOURS.navy : at(x, y))),
        150,
      )!
      const mask = garmentMask(pixels)
      expect(mask.method).toBe('colour')
      let both = 0
      let either = 0
      for (let i = 0; i < mask.data.length; i++) {
        const truth = inShirt(i % 120, Math.floor(i / 120))
        if (truth && mask.data[i]) both++
        if (truth || mask.data[i]) either++
      }
      expect(both / either).toBeGreaterThan(0.85)
    })

  test('keeps both shoes of a pair', () => {
    const shoe = (x: number, y: number): boolean =>
      y > 40 && y < 80 && ((x > 20 && x < 55) || (x > 70 && x < 105))
    const pixels = toLabPixels(
      draw(125, 120, (x, y) => (shoe(x, y) ? COLOURS.black : [180, 150, 110])),
      150,
    )!
    const mask = garmentMask(pixels)
    expect(mask.data[60 * 125 + 37]).toBe(1)
    expect(mask.data[60 * 125 + 87]).toBe(1)
    expect(mask.data[60 * 125 + 62]).toBe(0)
  })
})
