import type { Volume } from './garment.js'

/**
 * What a piece is made of, printed with and cut like: tables that an app may translate. Words are matched in the
 * fields `material` and `pattern`, and a fit also among the tags.
 */
export interface Material {
  readonly id: string
  readonly label: string
  /** by what the insulation of a garment differs from that of the same in cotton: ISO 9920 thin and thick rows */
  readonly warmth: number
  /** seasons that it is at home in; empty: all */
  readonly seasons: readonly string[]
  /** how it takes rain: −1 spoiled by it, 0 gets wet, 1 made for it */
  readonly rain: number
  readonly words?: readonly string[]
}

export interface Pattern {
  readonly id: string
  readonly label: string
  /** 0 (none) to 1 (all that one sees) */
  readonly busy: number
  /** 0 none, 1 fine, 2 middling, 3 large, where the piece does not say */
  readonly scale: PatternScale
  /** those of one group belong together: two checks clash where stripes and a check may not */
  readonly group: 'plain' | 'line' | 'check' | 'dot' | 'figure'
  readonly words?: readonly string[]
}

export type PatternScale = 0 | 1 | 2 | 3

export interface Fit {
  readonly id: string
  readonly label: string
  readonly volume: Volume
  readonly words?: readonly string[]
}

export const MATERIALS: readonly Material[] = [
  {
    id: 'cotton',
    label: 'cotton',
    warmth: 1,
    seasons: [],
    rain: 0,
    words: ['jersey', 'poplin', 'canvas', 'twill'],
  },
  {
    id: 'linen',
    label: 'linen',
    warmth: 0.8,
    seasons: ['spring', 'summer'],
    rain: 0,
    words: ['flax', 'ramie'],
  },
  { id: 'silk', label: 'silk', warmth: 0.9, seasons: [], rain: -1, words: ['satin', 'chiffon'] },
  {
    id: 'viscose',
    label: 'viscose',
    warmth: 0.85,
    seasons: [],
    rain: 0,
    words: ['rayon', 'modal', 'lyocell', 'tencel'],
  },
  {
    id: 'wool',
    label: 'wool',
    warmth: 1.3,
    seasons: ['autumn', 'winter', 'spring'],
    rain: 0,
    words: ['merino', 'woollen', 'woolen'],
  },
  {
    id: 'cashmere',
    label: 'cashmere',
    warmth: 1.35,
    seasons: ['autumn', 'winter'],
    rain: -0.5,
    words: ['mohair', 'alpaca', 'angora'],
  },
  { id: 'tweed', label: 'tweed', warmth: 1.35, seasons: ['autumn', 'winter'], rain: 0.2 },
  { id: 'flannel', label: 'flannel', warmth: 1.3, seasons: ['autumn', 'winter'], rain: 0 },
  { id: 'fleece', label: 'fleece', warmth: 1.3, seasons: ['autumn', 'winter'], rain: 0, words: ['sherpa'] },
  { id: 'corduroy', label: 'corduroy', warmth: 1.2, seasons: ['autumn', 'winter'], rain: 0 },
  { id: 'velvet', label: 'velvet', warmth: 1.15, seasons: ['autumn', 'winter'], rain: -1 },
  { id: 'denim', label: 'denim', warmth: 1.05, seasons: [], rain: 0 },
  { id: 'leather', label: 'leather', warmth: 1.15, seasons: ['autumn', 'winter', 'spring'], rain: 0.2 },
  {
    id: 'suede',
    label: 'suede',
    warmth: 1.1,
    seasons: ['autumn', 'winter', 'spring'],
    rain: -1,
    words: ['nubuck'],
  },
  { id: 'fur', label: 'fur', warmth: 1.5, seasons: ['winter'], rain: -0.5, words: ['faux fur', 'shearling'] },
  { id: 'down', label: 'down', warmth: 1.4, seasons: ['autumn', 'winter'], rain: 0 },
  {
    id: 'polyester',
    label: 'polyester',
    warmth: 1,
    seasons: [],
    rain: 0.2,
    words: ['microfibre', 'microfiber', 'acrylic'],
  },
  {
    id: 'nylon',
    label: 'nylon',
    warmth: 1,
    seasons: [],
    rain: 0.4,
    words: ['polyamide', 'elastane', 'spandex', 'lycra'],
  },
  {
    id: 'gore-tex',
    label: 'waterproof membrane',
    warmth: 1,
    seasons: [],
    rain: 1,
    words: ['goretex', 'membrane', 'waxed cotton'],
  },
  { id: 'rubber', label: 'rubber', warmth: 1, seasons: [], rain: 1, words: ['pvc'] },
  {
    id: 'lace',
    label: 'lace',
    warmth: 0.7,
    seasons: ['spring', 'summer'],
    rain: 0,
    words: ['mesh', 'crochet', 'tulle'],
  },
  {
    id: 'straw',
    label: 'straw',
    warmth: 0.8,
    seasons: ['spring', 'summer'],
    rain: -0.5,
    words: ['raffia', 'jute'],
  },
]

export const PATTERNS: readonly Pattern[] = [
  { id: 'solid', label: 'plain', busy: 0, scale: 0, group: 'plain', words: ['plain', 'uni', 'none'] },
  {
    id: 'melange',
    label: 'mélange',
    busy: 0.1,
    scale: 1,
    group: 'plain',
    words: ['heather', 'marl', 'marled'],
  },
  {
    id: 'textured',
    label: 'textured',
    busy: 0.15,
    scale: 1,
    group: 'plain',
    words: ['ribbed', 'cable knit', 'quilted'],
  },
  {
    id: 'pinstripe',
    label: 'pinstriped',
    busy: 0.3,
    scale: 1,
    group: 'line',
    words: ['pinstriped', 'herringbone'],
  },
  {
    id: 'striped',
    label: 'striped',
    busy: 0.5,
    scale: 2,
    group: 'line',
    words: ['stripe', 'stripes', 'breton'],
  },
  {
    id: 'checked',
    label: 'checked',
    busy: 0.55,
    scale: 2,
    group: 'check',
    words: ['check', 'checkered', 'gingham', 'houndstooth'],
  },
  {
    id: 'plaid',
    label: 'plaid',
    busy: 0.65,
    scale: 3,
    group: 'check',
    words: ['tartan', 'argyle', 'madras'],
  },
  {
    id: 'dotted',
    label: 'dotted',
    busy: 0.5,
    scale: 1,
    group: 'dot',
    words: ['polka dot', 'dots', 'spotted'],
  },
  {
    id: 'floral',
    label: 'floral',
    busy: 0.75,
    scale: 2,
    group: 'figure',
    words: ['flower', 'flowers', 'botanical'],
  },
  { id: 'paisley', label: 'paisley', busy: 0.7, scale: 2, group: 'figure' },
  {
    id: 'animal',
    label: 'animal print',
    busy: 0.8,
    scale: 2,
    group: 'figure',
    words: ['leopard', 'zebra', 'snake', 'tiger'],
  },
  {
    id: 'geometric',
    label: 'geometric',
    busy: 0.65,
    scale: 2,
    group: 'figure',
    words: ['ikat', 'kente', 'aztec', 'fair isle'],
  },
  { id: 'camouflage', label: 'camouflage', busy: 0.75, scale: 3, group: 'figure', words: ['camo'] },
  {
    id: 'graphic',
    label: 'printed',
    busy: 0.6,
    scale: 3,
    group: 'figure',
    words: ['print', 'printed', 'logo', 'slogan'],
  },
  {
    id: 'batik',
    label: 'batik',
    busy: 0.75,
    scale: 2,
    group: 'figure',
    words: ['tie-dye', 'tie dye', 'abstract'],
  },
]

export const FITS: readonly Fit[] = [
  { id: 'slim', label: 'slim', volume: 0, words: ['skinny', 'fitted', 'tight', 'bodycon', 'tapered'] },
  { id: 'regular', label: 'regular', volume: 1, words: ['straight', 'classic'] },
  {
    id: 'loose',
    label: 'loose',
    volume: 2,
    words: ['oversized', 'wide', 'wide-leg', 'baggy', 'relaxed', 'flared'],
  },
]

/** The row that a text names: by id or word, alone or as a whole word within it, the longest word first. */
export function findLook<T extends Look>(table: readonly T[], text: unknown): T | undefined {
  if (typeof text !== 'string' || text === '') return undefined
  const { words, found } = indexOf(table)
  if (found.has(text)) return found.get(text)
  const clean = text
    .slice(0, 200)
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim()
  const row = words.find(([word]) => ` ${clean} `.includes(` ${word} `))?.[1]
  if (found.size < MOST_REMEMBERED) found.set(text, row)
  return row
}

interface Look {
  readonly id: string
  readonly words?: readonly string[]
}

interface Index<T> {
  /** longest first */
  readonly words: readonly (readonly [string, T])[]
  /** texts read before: wardrobes say the same few over and over */
  readonly found: Map<string, T | undefined>
}

const MOST_REMEMBERED = 2_000

const indexes = new WeakMap<readonly Look[], Index<Look>>()

function indexOf<T extends Look>(table: readonly T[]): Index<T> {
  let index = indexes.get(table)
  if (!index) {
    const words = table
      .flatMap((row) => [row.id, ...(row.words ?? [])].map((word) => [word, row] as const))
      .sort(([x], [y]) => y.length - x.length || (x < y ? -1 : 1))
    index = { words, found: new Map() }
    indexes.set(table, index)
  }
  return index as Index<T>
}
