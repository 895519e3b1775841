import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { COLOR_NAMES } from './color-names.js'
import { COLOR_MODIFIERS, COLOR_WORDS } from './color-words.js'
import { hexToOklab } from './convert.js'
import { nameColor } from './name-color.js'
import { findColors, parseColor } from './parse-color.js'

const lightness = (text: string): number => hexToOklab(parseColor(text)!)!.l

describe('the colour that a text says', () => {
  test.each([
    ['#1a2b3c', '#1a2b3c'],
    ['1A2B3C', '#1a2b3c'],
    [' #abc ', '#aabbcc'],
    ['rgb(26, 43, 60)', '#1a2b3c'],
    ['rgb(26 43 60 / 0.5)', '#1a2b3c'],
    ['hsl(0 100% 50%)', '#ff0000'],
    ['rebeccapurple', '#663399'],
  ])('%s is %s, as CSS says', (text, hex) => {
    expect(parseColor(text)).toBe(hex)
  })

  test.each([
    ['navy', 'navy'],
    ['Dark Navy Blue', 'navy'],
    ['burgundy-red', 'burgundy'],
    ['light dusty pink', 'pink'],
    ['off-white', 'cream'],
    ['dark grey', 'charcoal'],
    ['forest green', 'dark green'],
    ['neon green', 'lime'],
    ['pale blue', 'light blue'],
    ['bright red', 'red'],
    ['heather gray', 'light grey'],
  ])('%s is what people call %s', (text, name) => {
    expect(nameColor(parseColor(text)!)?.name).toBe(name)
  })

  test.each(['', ' ', 'banana split', 'red shoes', 'transparent', 'currentcolor', 'dark', 'x'.repeat(500)])(
    '%j says none',
    (text) => {
      expect(parseColor(text)).toBeNull()
    },
  )

  test('[CR1] is darker with dark and lighter with light', () => {
    for (const word of ['red', 'green', 'camel', 'denim', 'lavender', 'grey']) {
      expect(lightness(`dark ${word}`)).toBeLessThan(lightness(word))
      expect(lightness(`light ${word}`)).toBeGreaterThan(lightness(word))
    }
  })

  test('is found for every name that we give, and named so again', () => {
    for (const { name } of COLOR_NAMES) expect(nameColor(parseColor(name)!)?.name, name).toBe(name)
  })

  test('every word of the tables is read, and every modifier before a colour', () => {
    for (const word of Object.keys(COLOR_WORDS)) expect(parseColor(word), word).toMatch(/^#[0-9a-f]{6}$/)
    for (const word of Object.keys(COLOR_MODIFIERS)) expect(parseColor(`${word} red`), word).toMatch(/^#/)
  })

  test('[CR1] no text makes it throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        const hex = parseColor(text)
        expect(hex === null || /^#[0-9a-f]{6}$/.test(hex)).toBe(true)
        expect(Array.isArray(findColors(text))).toBe(true)
      }),
    )
  })
})

describe('the colours that a sentence names', () => {
  test('are found in their order, with the words that say them', () => {
    expect(
      findColors('Black leather boots with gold-tone studs, dark navy blue sole').map(({ words, at }) => [
        words,
        at,
      ]),
    ).toEqual([
      ['black', 0],
      ['gold tone', 4],
      ['dark navy blue', 7],
    ])
  })

  test('are none where only cloth is named', () => {
    expect(findColors('linen trousers')).toEqual([])
  })
})
