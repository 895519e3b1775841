import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTitle } from '../title/parse-title.js'
import { styleKinship } from './kinship.js'
import { createStyleTable, STYLE_TABLE, styleProfile, stylesOf } from './style-profile.js'
import { STYLES } from './styles.js'

const kinship = (x: string, y: string): number => styleKinship(parseTitle(x), parseTitle(y))

describe('two pieces', () => {
  test('are of one look where their styles are the same or near', () => {
    const jacket = 'studded leather biker jacket'
    expect(kinship(jacket, 'combat boots')).toBeGreaterThan(kinship(jacket, 'ballet flats'))
    const gown = 'sequin evening gown'
    expect(kinship(gown, 'crystal clutch')).toBeGreaterThan(kinship(gown, 'canvas backpack'))
    const kaftan = 'embroidered boho kaftan'
    expect(kinship(kaftan, 'fringe hobo bag')).toBeGreaterThan(kinship(kaftan, 'patent court pumps'))
  })

  test('are more of one look where a detail or a colour comes back', () => {
    expect(kinship('leopard coat', 'leopard belt')).toBeGreaterThan(kinship('leopard coat', 'plaid belt'))
    expect(kinship('burgundy skirt', 'burgundy hat')).toBeGreaterThan(kinship('burgundy skirt', 'lime hat'))
  })

  test('are less of one look where one is for men and one for women', () => {
    expect(kinship("men's shirt", "women's shoes")).toBeLessThan(kinship("men's shirt", "men's shoes"))
  })

  test('[CR6] about which nothing is known are neither', () => {
    expect(kinship('', 'Xyzzy')).toBe(0)
    expect(kinship('Xyzzy', 'studded biker jacket')).toBe(0)
  })

  test('[CR6] are as much of one look as the other way round', () => {
    const word = fc.constantFrom(...STYLE_TABLE.vectors.keys(), 'black', 'navy', "men's", 'dress')
    const title = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))
    fc.assert(
      fc.property(title, title, (x, y) => {
        expect(kinship(x, y)).toBeCloseTo(kinship(y, x), 12)
      }),
    )
  })
})

describe('the table of styles', () => {
  test('names styles that it has, and each word once in a style', () => {
    const ids = STYLES.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id, near, far, core, leaning } of STYLES) {
      expect(ids, id).toEqual(expect.arrayContaining([...near, ...far]))
      expect(near).not.toContain(id)
      const words = [...core, ...leaning]
      expect(new Set(words).size, id).toBe(words.length)
      for (const word of words) expect(word).toMatch(/^[a-z0-9]+( [a-z0-9]+)*$/)
    }
  })

  test('is read in full: every core word says its style', () => {
    for (const [i, { id, core }] of STYLES.entries())
      for (const word of core) expect(styleProfile(word).amounts[i], `${word} in ${id}`).toBeGreaterThan(0)
  })

  test('can be an own one', () => {
    const table = createStyleTable([
      { id: 'wafuku', label: 'wafuku', near: [], far: [], core: ['obi', 'haori'], leaning: ['silk'] },
    ])
    expect(stylesOf(styleProfile('silk haori', table), table).map(({ id }) => id)).toEqual(['wafuku'])
  })
})
