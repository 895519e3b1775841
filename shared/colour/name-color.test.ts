import { describe, expect, test } from 'vitest'
import { COLOR_NAMES } from './color-names.js'
import { colorDistance } from './distance.js'
import { nameColor } from './name-color.js'

// Colours of well-known cloth and of named web colours, not the table's own centroids.
const PEOPLE_SAY: Readonly<Record<string, string>> = {
  '#0a0a0a': 'black',
  '#1a1a1a': 'black',
  '#3d3f42': 'charcoal',
  '#777777': 'grey',
  '#a9a9a9': 'light grey',
  '#c8c8c8': 'light grey',
  '#fafafa': 'white',
  '#fffff0': 'white',
  '#faf0e6': 'cream',
  '#f5e6c8': 'cream',
  '#d9c7ab': 'beige',
  '#d2b48c': 'tan',
  '#c19a63': 'camel',
  '#9b8f6e': 'khaki',
  '#5c4033': 'brown',
  '#8b4513': 'brown',
  '#4b3621': 'brown',
  '#b7410e': 'rust',
  '#556b2f': 'olive',
  '#6b6b33': 'olive',
  '#013220': 'dark green',
  '#228b22': 'green',
  '#9acd32': 'lime',
  '#9caf88': 'sage',
  '#aaf0d1': 'mint',
  '#008080': 'teal',
  '#40e0d0': 'turquoise',
  '#add8e6': 'light blue',
  '#87cefa': 'light blue',
  '#4169e1': 'blue',
  '#0047ab': 'blue',
  '#3b5b85': 'denim',
  '#000080': 'navy',
  '#1f2a44': 'navy',
  '#b19cd9': 'lavender',
  '#800080': 'purple',
  '#4b0082': 'purple',
  '#800020': 'burgundy',
  '#722f37': 'burgundy',
  '#dc143c': 'red',
  '#b22222': 'red',
  '#ff7f50': 'coral',
  '#ffb6c1': 'pink',
  '#ff1493': 'hot pink',
  '#c9a0a0': 'dusty pink',
  '#ffcba4': 'peach',
  '#ff8c00': 'orange',
  '#d4a017': 'mustard',
  '#ffd700': 'yellow',
  '#ffff00': 'yellow',
}

describe('the name of a colour', () => {
  for (const [hex, name] of Object.entries(PEOPLE_SAY))
    test(`${hex} is called ${name}`, () => {
      expect(nameColor(hex)?.name).toBe(name)
    })

  test('[CR2] is that of its own centroid for every centroid of the table', () => {
    for (const { name, family, neutral, hexes } of COLOR_NAMES)
      for (const hex of hexes) expect(nameColor(hex), hex).toEqual({ name, family, neutral })
  })

  test('is null for what is not a colour', () => {
    for (const text of ['', 'navy', '#12', '#gggggg', 'rgb(1,2,3)']) expect(nameColor(text)).toBeNull()
  })

  test('is the same with and without the sign, in either case and in short', () => {
    expect(nameColor('FF0000')).toEqual(nameColor('#ff0000'))
    expect(nameColor(' #f00 ')).toEqual(nameColor('#ff0000'))
  })

  test('counts as neutral what a wardrobe treats so, with or without a hue', () => {
    for (const hex of [
      '#000000',
      '#808080',
      '#ffffff',
      '#1f2a44',
      '#3b5b85',
      '#c19a63',
      '#5c4033',
      '#d9c7ab',
    ])
      expect(nameColor(hex)?.neutral, hex).toBe(true)
    for (const hex of ['#dc143c', '#9acd32', '#ff8c00', '#4169e1', '#800080', '#ffd700'])
      expect(nameColor(hex)?.neutral, hex).toBe(false)
  })
})

describe('the difference of two colours', () => {
  test('is nothing for one colour, one for black and white, and the same both ways', () => {
    expect(colorDistance('#123456', '#123456')).toBe(0)
    expect(colorDistance('#000000', '#ffffff')).toBeCloseTo(1, 6)
    expect(colorDistance('#ff0000', '#0000ff')).toBe(colorDistance('#0000ff', '#ff0000'))
  })

  test('grows as people see it: a shade off, another hue, the opposite', () => {
    const red = '#c8202c'
    const shades = ['#b01c26', '#e8731c', '#2f7f80'].map((hex) => colorDistance(red, hex) ?? Number.NaN)
    expect(shades).toEqual([...shades].sort((x, y) => x - y))
  })

  test('is null if either is not a colour', () => {
    expect(colorDistance('#000000', 'black')).toBeNull()
  })
})
