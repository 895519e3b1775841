import { FITS, type GarmentLike, MATERIALS, PATTERNS, TAXONOMY } from '@modaics/shared'
import { createDice } from '../eval/dice.js'

/** How many pieces of a hundred are of each category, about as in wardrobes that people count. */
const MAKE_UP: readonly (readonly [string, number])[] = [
  ['top', 40],
  ['bottom', 18],
  ['dress', 8],
  ['robe', 1],
  ['suit', 1],
  ['outerwear', 8],
  ['hosiery', 2],
  ['shoes', 12],
  ['accessory', 10],
]

const MANY = MAKE_UP.flatMap(([category, share]) => Array.from({ length: share }, () => category))

/** Colours that clothes come in, the common ones more often; each piece is a little off. */
const COLOURS = [
  '#1d1d20',
  '#1d1d20',
  '#1d1d20',
  '#e8e6e1',
  '#e8e6e1',
  '#f5f5f2',
  '#7d7f82',
  '#a9abad',
  '#1f2a4d',
  '#1f2a4d',
  '#27365f',
  '#4a6488',
  '#6f8bb0',
  '#c19a6b',
  '#b98a50',
  '#8a6a48',
  '#5b4030',
  '#d9c7a3',
  '#5c5d2f',
  '#6e1f30',
  '#c8202c',
  '#d96b7f',
  '#e9b7c0',
  '#f08a24',
  '#f5d328',
  '#2e8b3d',
  '#8aa98f',
  '#2f8f8f',
  '#2a5fc0',
  '#9ec3e6',
  '#6b3f8f',
  '#b9a2cf',
  '#ff3fa0',
]

/** A wardrobe of so many pieces: the same for the same number and seed, on every machine. */
export function makeWardrobe(size: number, seed = 1): GarmentLike[] {
  const dice = createDice(seed * 1_000_003 + size)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(dice() * list.length)] as T
  return Array.from({ length: size }, (_, i): GarmentLike => {
    const category = pick(MANY)
    const kinds = TAXONOMY.find(({ id }) => id === category)?.subcategories ?? []
    const patterned = dice() < 0.25
    const colors = [{ hex: blur(pick(COLOURS), dice), share: patterned ? 0.7 : 1 }]
    if (patterned) colors.push({ hex: blur(pick(COLOURS), dice), share: 0.3 })
    return {
      id: `piece-${String(i).padStart(6, '0')}`,
      category,
      subcategory: pick(kinds).id,
      colors,
      material: dice() < 0.6 ? pick(MATERIALS).id : null,
      pattern: patterned ? pick(PATTERNS).id : 'solid',
      fit: dice() < 0.5 ? pick(FITS).id : null,
      seasons: dice() < 0.3 ? [pick(['spring', 'summer', 'autumn', 'winter'])] : [],
      status: dice() < 0.05 ? 'laundry' : 'available',
    }
  })
}

const WORDS = [
  [
    'boho fringed',
    'bohemian crochet',
    'studded biker',
    'distressed grunge',
    'tailored',
    'office',
    'preppy varsity',
  ],
  ['running', 'gym training', 'sequin evening', 'lace romantic', 'vintage', 'minimal', 'utility cargo', ''],
].flat()

/** The same wardrobe with a name for each piece, of one of many looks: a look for nearly every piece of its own. */
export function makeNamed(size: number, seed = 1): GarmentLike[] {
  const dice = createDice(seed * 7_919 + size)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(dice() * list.length)] as T
  return makeWardrobe(size, seed).map((piece) => ({
    ...piece,
    name: `${pick(WORDS)} ${pick(MATERIALS).label} ${pick(PATTERNS).label} ${piece.subcategory}`,
  }))
}

/** So many white shirts, hardly to be told apart, and one thing to wear with them of each sort. */
export function whiteShirts(size: number, seed = 1): GarmentLike[] {
  const dice = createDice(seed)
  const shirts = Array.from({ length: size }, (_, i): GarmentLike => {
    return {
      id: `shirt-${String(i).padStart(6, '0')}`,
      category: 'top',
      subcategory: 'shirt',
      colors: [{ hex: blur('#f4f4f2', dice, 3), share: 1 }],
    }
  })
  return [
    ...shirts,
    { id: 'x-chinos', category: 'bottom', subcategory: 'chinos', colors: [{ hex: '#1f2a4d', share: 1 }] },
    { id: 'x-shoes', category: 'shoes', subcategory: 'loafers', colors: [{ hex: '#5b4030', share: 1 }] },
    { id: 'x-coat', category: 'outerwear', subcategory: 'coat', colors: [{ hex: '#b98a50', share: 1 }] },
  ]
}

function blur(hex: string, dice: () => number, most = 14): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  return `#${parts
    .map((part) => Math.min(255, Math.max(0, Math.round(part + (dice() * 2 - 1) * most))))
    .map((part) => part.toString(16).padStart(2, '0'))
    .join('')}`
}
