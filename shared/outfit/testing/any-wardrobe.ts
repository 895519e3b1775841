import fc from 'fast-check'
import { MATERIALS, PATTERNS } from '../../domain/looks.js'
import { TAXONOMY } from '../../domain/taxonomy.js'
import type { GarmentLike, GenerateRequest } from '../types.js'

const KINDS = TAXONOMY.flatMap((category) =>
  category.subcategories.map((sub) => ({ category: category.id, subcategory: sub.id })),
)
const HEXES = [
  '#1d1d20',
  '#f5f5f2',
  '#7d7f82',
  '#1f2a4d',
  '#4a6488',
  '#b98a50',
  '#6e1f30',
  '#c8202c',
  '#2e8b3d',
]

/** Titles of several looks, near ones and others. */
const NAMES = [
  'studded biker jacket',
  'fringed suede boho bag',
  'sequin evening clutch',
  "men's running shorts",
  'tailored pencil skirt',
  'floral lace dress for women',
]

const ids = (size: number): string[] => Array.from({ length: size }, (_, i) => `piece-${i}`)

const garment = fc.record({
  kind: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...KINDS) },
    // Enough of what an outfit cannot do without.
    {
      weight: 3,
      arbitrary: fc.constantFrom(...KINDS.filter(({ category }) => /top|bottom|dress|shoes/.test(category))),
    },
  ),
  hex: fc.constantFrom(...HEXES),
  pattern: fc.constantFrom(null, ...PATTERNS.map(({ id }) => id)),
  material: fc.constantFrom(null, ...MATERIALS.map(({ id }) => id)),
  fit: fc.constantFrom(null, 'slim', 'loose'),
  name: fc.constantFrom(null, null, ...NAMES),
  seasons: fc.constantFrom([], ['summer'], ['winter', 'autumn']),
  occasions: fc.constantFrom([], [], [], ['work'], ['party']),
})

/** Wardrobes of up to so many pieces, of every kind that there is. */
export const anyWardrobe = (most: number): fc.Arbitrary<readonly GarmentLike[]> =>
  fc.array(garment, { minLength: 2, maxLength: most }).map((pieces) =>
    pieces.map(({ kind, hex, ...rest }, i) => ({
      id: `piece-${i}`,
      ...kind,
      colors: [{ hex, share: 1 }],
      ...rest,
    })),
  )

/** Requests for wardrobes of `anyWardrobe`. */
export const anyWishes: fc.Arbitrary<Omit<GenerateRequest, 'items'>> = fc.record(
  {
    occasion: fc.constantFrom('work', 'casual', 'formal', 'home', 'party'),
    season: fc.constantFrom('spring', 'summer', 'autumn', 'winter'),
    weather: fc.record({ temperatureC: fc.integer({ min: -15, max: 35 }), rain: fc.boolean() }),
    anchors: fc.subarray(ids(9), { maxLength: 2 }),
    vetoes: fc.array(fc.subarray(ids(9), { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
    seed: fc.integer({ min: 0, max: 99 }),
  },
  { requiredKeys: [] },
)
