import { findSubcategory, type Item, nameColor, TAXONOMY, traitsOf } from '@modaics/shared'
import { createPrng, type Prng } from '@modaics/shared/testing'
import { converter } from 'culori'

/** A piece of a simulated wardrobe. */
export type Piece = Pick<Item, 'id' | 'category' | 'subcategory' | 'colors' | 'pattern' | 'material'>

export interface Person {
  readonly wardrobe: readonly Piece[]
  /** how much they like pieces worn together: mean 0 and deviation 1 over outfits put together blindly */
  utility(pieces: readonly Piece[]): number
  /** a utility that three outfits of ten reach */
  readonly pleased: number
}

const KINDS: readonly (readonly [kind: string, pieces: number])[] = [
  ['t-shirt', 12],
  ['shirt', 8],
  ['blouse', 4],
  ['polo', 3],
  ['sweater', 6],
  ['cardigan', 3],
  ['blazer', 3],
  ['jeans', 6],
  ['chinos', 5],
  ['trousers', 4],
  ['skirt', 5],
  ['shorts', 3],
  ['dress', 5],
  ['sneakers', 4],
  ['boots', 3],
  ['loafers', 3],
  ['heels', 2],
  ['scarf', 2],
  ['bag', 2],
]

/** Colours as clothes have them: half of them neutral. */
const NEUTRALS = [
  '#141416',
  '#434548',
  '#808080',
  '#c5c6c8',
  '#f2f2f2',
  '#1f2a4d',
  '#4a6488',
  '#b98a50',
  '#e3d3bd',
  '#6b4226',
]
const PATTERNS = ['solid', 'solid', 'solid', 'solid', 'striped', 'checked', 'floral']
const MATERIALS = ['cotton', 'cotton', 'linen', 'wool', 'denim', 'viscose']

/**
 * A person with a hidden taste. It is not made of what the learner looks at: hues are angles with a width, lightness,
 * contrast, colourfulness and formality are targets, and some pieces are dear for no reason.
 */
export function createPerson(seed: number): Person {
  const random = createPrng(seed)
  const wardrobe = KINDS.flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, i): Piece => {
      const found = findSubcategory(kind)
      return {
        id: `${kind}-${i}`,
        category: found?.category.id ?? null,
        subcategory: kind,
        colors: [{ hex: random.chance(0.5) ? random.pick(NEUTRALS) : anyColour(random), share: 1 }],
        pattern: random.pick(PATTERNS),
        material: random.pick(MATERIALS),
      }
    }),
  )
  const tastes = hiddenTastes(random, wardrobe)
  const raw = (pieces: readonly Piece[]): number => tastes.reduce((sum, taste) => sum + taste(pieces), 0)
  const blind = Array.from({ length: 400 }, () => raw(blindOutfit(wardrobe, random))).sort((x, y) => x - y)
  const mean = blind.reduce((sum, x) => sum + x, 0) / blind.length
  const deviation = Math.sqrt(blind.reduce((sum, x) => sum + (x - mean) ** 2, 0) / blind.length)
  return {
    wardrobe,
    utility: (pieces) => (raw(pieces) - mean) / deviation,
    pleased: ((blind[Math.floor(blind.length * 0.7)] ?? mean) - mean) / deviation,
  }
}

/** An outfit that covers what must be covered, and nothing thought about. */
export function blindOutfit(wardrobe: readonly Piece[], random: Prng): readonly Piece[] {
  const of = (...kinds: string[]): Piece =>
    random.pick(wardrobe.filter(({ subcategory }) => kinds.includes(subcategory ?? '')))
  const shoes = of('sneakers', 'boots', 'loafers', 'heels')
  const layer = random.chance(0.3) ? [of('cardigan', 'blazer')] : []
  const extra = random.chance(0.3) ? [of('scarf', 'bag')] : []
  if (random.chance(0.2)) return [of('dress'), ...layer, shoes, ...extra]
  return [
    of('t-shirt', 'shirt', 'blouse', 'polo', 'sweater'),
    of('jeans', 'chinos', 'trousers', 'skirt', 'shorts'),
    ...layer,
    shoes,
    ...extra,
  ]
}

type Taste = (pieces: readonly Piece[]) => number

function hiddenTastes(random: Prng, wardrobe: readonly Piece[]): readonly Taste[] {
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const [loved, hated] = [random.next() * 360, random.next() * 360]
  const targets = {
    light: 0.3 + 0.5 * random.next(),
    contrast: 0.6 * random.next(),
    chroma: 0.22 * random.next(),
  }
  const formality = 1.8 + 2.2 * random.next()
  const kinds = random.shuffle(KINDS.map(([kind]) => kind))
  const patterns = random.shuffle(['striped', 'checked', 'floral'])
  const dear = new Map(wardrobe.map(({ id }) => [id, 0.35 * normal()]))
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length)
  const hue =
    (angle: number): Taste =>
    (pieces) =>
      mean(pieces.map(lookOf).map(({ c, h }) => (c / 0.15) * Math.exp(-((turn(h, angle) / 45) ** 2))))
  const lights = (pieces: readonly Piece[]): number[] => pieces.map((piece) => lookOf(piece).l)
  return [
    (pieces) => 2.2 * hue(loved)(pieces) - 1.6 * hue(hated)(pieces),
    (pieces) => -5 * (mean(lights(pieces)) - targets.light) ** 2,
    (pieces) => -2 * (Math.max(...lights(pieces)) - Math.min(...lights(pieces)) - targets.contrast) ** 2,
    (pieces) => -12 * (Math.max(...pieces.map((piece) => lookOf(piece).c)) - targets.chroma) ** 2,
    (pieces) => -0.25 * (mean(formalities(pieces)) - formality) ** 2,
    (pieces) => -0.15 * (Math.max(...formalities(pieces)) - Math.min(...formalities(pieces))) ** 2,
    (pieces) =>
      mean(
        pieces.map(({ subcategory }) => {
          const rank = kinds.indexOf(subcategory ?? '')
          return rank < 4 ? 1 : rank >= kinds.length - 4 ? -1 : 0
        }),
      ),
    (pieces) =>
      0.8 *
      mean(pieces.map(({ pattern }) => (pattern === patterns[0] ? 1 : pattern === patterns[1] ? -1 : 0))),
    (pieces) => mean(pieces.map(({ id }) => dear.get(id) ?? 0)),
  ]
}

const formalities = (pieces: readonly Piece[]): number[] =>
  pieces.map((piece) => traitsOf(piece, TAXONOMY)?.formality ?? 2.5)

const toOklch = converter('oklch')

function lookOf({ colors }: Piece): { readonly l: number; readonly c: number; readonly h: number } {
  const { l = 0, c = 0, h = 0 } = toOklch(colors?.[0]?.hex) ?? {}
  return { l, c, h }
}

function turn(x: number, y: number): number {
  return Math.abs(((x - y + 540) % 360) - 180)
}

function anyColour(random: Prng): string {
  for (;;) {
    const hex = `#${random.below(0x1000000).toString(16).padStart(6, '0')}`
    // Neon is rare in wardrobes; what has no name is none.
    if (nameColor(hex) && lookOf({ colors: [{ hex }] } as unknown as Piece).c < 0.2) return hex
  }
}
