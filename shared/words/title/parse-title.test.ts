import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nameColor } from '../../colour/name-color.js'
import { FITS, MATERIALS, PATTERNS } from '../../domain/looks.js'
import { extendTaxonomy, TAXONOMY } from '../../domain/taxonomy.js'
import { STYLE_TABLE, stylesOf } from '../style/style-profile.js'
import { parseTitle } from './parse-title.js'

const colorsOf = (title: string) => parseTitle(title).colors.map(({ hex }) => nameColor(hex)?.name)

describe('the title of a garment', () => {
  test.each([
    ["Women's navy cable-knit wool sweater", 'sweater'],
    ['denim jacket', 'denim-jacket'],
    ['sweater dress', 'dress'],
    ['Black Leather Ankle Boots with gold studs', 'ankle-boots'],
    ['oversized striped T-shirt', 't-shirt'],
    ['boyfriend jeans', 'jeans'],
    ['Jean', 'jeans'],
    ['silk blouse for the office', 'blouse'],
    ['sari', 'sari'],
    ['white sneakers', 'sneakers'],
  ])('%s is a %s', (title, subcategory) => {
    expect(parseTitle(title).subcategory).toBe(subcategory)
  })

  test('says colours in their order, and not of what is no colour', () => {
    expect(colorsOf('black and white check coat')).toEqual(['black', 'white'])
    expect(colorsOf('dark navy blazer')).toEqual(['navy'])
    expect(colorsOf('stainless steel watch')).toEqual([])
    expect(colorsOf('linen trousers')).toEqual([])
  })

  test('says material, pattern, fit, department, season and occasion', () => {
    expect(parseTitle('Men’s slim plaid flannel shirt for winter parties, casual')).toMatchObject({
      material: 'flannel',
      pattern: 'plaid',
      fit: 'slim',
      department: 'men',
      seasons: ['winter'],
      occasions: ['party', 'casual'],
    })
  })

  test('[CR5] says nothing where nothing is said', () => {
    for (const title of ['', '   ', '???', 'Xyzzy 3000'])
      expect(parseTitle(title)).toMatchObject({
        category: null,
        subcategory: null,
        material: null,
        pattern: null,
        colors: [],
        department: null,
      })
  })

  test('is read in the words that an app brings', () => {
    const taxonomy = extendTaxonomy([
      {
        id: 'sash',
        label: 'sash',
        ways: [['accessory']],
        typical: 'obi',
        subcategories: [{ id: 'obi', label: 'obi', formality: 4, warmth: 0.05, words: ['hanhaba'] }],
      },
    ])
    expect(parseTitle('red hanhaba', taxonomy)).toMatchObject({ category: 'sash', subcategory: 'obi' })
    expect(parseTitle('red hanhaba').subcategory).toBeNull()
  })

  test('[CR5] gives only what the tables know, whatever the text, and never throws', () => {
    const subcategories = new Set(TAXONOMY.flatMap((category) => category.subcategories.map(({ id }) => id)))
    const looks = (table: readonly { id: string }[]) => [null, ...table.map(({ id }) => id)]
    const words = [...STYLE_TABLE.vectors.keys(), ...subcategories, 'x', "'s", '🙂', '-', 'with']
    const title = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.constantFrom(...words)).map((list) => list.join(' ')),
    )
    fc.assert(
      fc.property(title, (text) => {
        const reading = parseTitle(text)
        expect(reading.subcategory === null || subcategories.has(reading.subcategory)).toBe(true)
        expect(looks(MATERIALS)).toContain(reading.material)
        expect(looks(PATTERNS)).toContain(reading.pattern)
        expect(looks(FITS)).toContain(reading.fit)
        for (const amount of reading.style.amounts) expect(amount >= 0 && amount < 1).toBe(true)
      }),
    )
  })

  test('says the same in capitals, with other spelling and with hyphens', () => {
    const reading = (title: string) => ({ ...parseTitle(title), colors: colorsOf(title) })
    expect(reading('GRAY HIGH-WAISTED JEANS')).toEqual({
      ...reading('grey high waist jean'),
      features: expect.anything(),
    })
  })

  test('tells the style', () => {
    const style = (title: string) => stylesOf(parseTitle(title).style)[0]?.id
    expect(style('fringed suede boho bag')).toBe('boho')
    expect(style('studded leather biker jacket')).toBe('rock')
    expect(style('sequin evening clutch')).toBe('glam')
    expect(style('running leggings')).toBe('sport')
    expect(style('tailored pencil skirt')).toBe('office')
  })
})
