import type { ColorFamily } from '../../colour/color-names.js'
import { oklabToOklch } from '../../colour/convert.js'
import type { Swatch } from '../../colour/harmony.js'
import { harmonyScore } from '../../colour/harmony.js'
import type { Piece } from '../piece.js'
import type { Ensemble, PairRule, UnionRule } from '../rule.js'

/**
 * The colours of each two pieces go together, by `shared/colour`. A piece counts by its main colour, rounded to about
 * what two photos of one garment differ by: so there are few different pairs, and each is judged once.
 */
export const colourHarmony: PairRule = {
  id: 'colour-harmony',
  weight: 30,
  form: 'pair',
  table: 'colour',
  speaks: () => true,
  key: (piece) => shadeOf(piece)?.key ?? '',
  score(x, y) {
    const [mine, theirs] = [shadeOf(x), shadeOf(y)]
    // Of a colour that nobody knows, nothing good or bad can be said.
    if (!mine || !theirs) return UNKNOWN
    let score = mine.known.get(theirs)
    if (score === undefined) {
      score = Math.min(1, Math.max(0, harmonyScore([mine.swatch, theirs.swatch]) - FIGHT) / (WELL - FIGHT))
      mine.known.set(theirs, score)
      theirs.known.set(mine, score)
    }
    return score
  },
  explain(worn, _context, score) {
    const calm = worn.filter((piece) => piece.swatches[0]?.name.neutral === true)
    const loud = worn.filter((piece) => piece.swatches[0]?.name.neutral === false)
    if (calm.length + loud.length < 2) return undefined
    if (score < 0.6) return loud.length > 1 ? { key: 'colours.compete', values: { loud } } : undefined
    if (score < 0.75) return undefined
    const base = mostSeen(calm)
    if (loud.length === 0) return { key: 'colours.neutral', values: { base } }
    if (calm.length >= 2 && sameFamily(loud)) return { key: 'colours.base', values: { base, loud } }
    if (loud.length >= 2 && sameFamily(loud)) return { key: 'colours.family', values: { loud } }
    if (calm.length > 0) return { key: 'colours.calm', values: { base, loud } }
    return { key: 'colours.together', values: { loud } }
  },
}

/** Real outfits keep to few families of colours: two are free, each further one costs. Neutrals are none. */
export const colourFamilies: UnionRule = {
  id: 'colour-families',
  weight: 8,
  form: 'union',
  speaks: () => true,
  bits(piece) {
    let bits = 0
    for (const { name } of piece.swatches)
      if (!name.neutral) bits |= 1 << Math.max(0, FAMILIES.indexOf(name.family))
    return bits
  },
  score: (bits) => [1, 1, 1, 0.6, 0.25][bitCount(bits)] ?? 0,
  explain(worn, _context, score) {
    if (score < 0.7) {
      const loud = worn.filter((piece) => piece.swatches.some(({ name }) => !name.neutral))
      return { key: 'colours.many', values: { loud } }
    }
    for (const [i, near] of worn.entries())
      for (const far of worn.slice(i + 1)) {
        const [mine, theirs] = [shadeOf(near), shadeOf(far)]
        if (mine && theirs && isEcho(mine, theirs))
          return { key: 'colours.echo', values: { far: [far], near: [near] } }
      }
    return undefined
  },
}

/** What goes together well enough counts in full: nobody sees the difference between .85 and .93. */
const WELL = 0.8
/** A third of the pairs of colour words go together well, and hardly one fights more than this. */
const FIGHT = 0.35
const UNKNOWN = 0.75

/** The families that a colour with a hue can be of, each a bit. */
const FAMILIES: readonly ColorFamily[] = [
  'red',
  'pink',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'purple',
  'brown',
  'black',
  'grey',
  'white',
]

interface Shade {
  readonly key: string
  readonly swatch: Swatch
  /** its pairs judged before */
  readonly known: Map<Shade, number>
}

/** Steps of OKLab: about what two photos of one garment differ by. */
const LIGHTNESS_STEP = 0.1
const HUE_STEP = 0.06
const HAIR = 0.001

const shades = new WeakMap<Piece, Shade | null>()
/** One for each key: there are some hundreds. */
const shadeByKey = new Map<string, Shade>()

function shadeOf(piece: Piece): Shade | null {
  let shade = shades.get(piece)
  if (shade === undefined) {
    shade = toShade(piece.swatches[0])
    shades.set(piece, shade)
  }
  return shade
}

function toShade(main: Swatch | undefined): Shade | null {
  if (!main) return null
  const [l, a, b] = [
    Math.round(main.lab.l / LIGHTNESS_STEP),
    Math.round(main.lab.a / HUE_STEP),
    Math.round(main.lab.b / HUE_STEP),
  ]
  // An exact grey has no hue, and what rounding makes of it differs between engines: so greys are warm by a hair.
  const lab = { ...main.lab, l: l * LIGHTNESS_STEP, a: a * HUE_STEP + HAIR, b: b * HUE_STEP + HAIR }
  const key = `${l} ${a} ${b} ${main.name.name}`
  let shade = shadeByKey.get(key)
  if (!shade) {
    shade = { key, swatch: { lab, lch: oklabToOklch(lab), name: main.name, share: 1 }, known: new Map() }
    shadeByKey.set(key, shade)
  }
  return shade
}

/** That shoes are white as the shirt is, is no news; an echo of a colour is. */
function isEcho(x: Shade, y: Shade): boolean {
  return !PLAIN.has(x.swatch.name.family) && x.swatch.name.name === y.swatch.name.name
}

const PLAIN: ReadonlySet<ColorFamily> = new Set<ColorFamily>(['black', 'grey', 'white'])

/** The two pieces that one sees most of: a sentence that names them all is no reason. */
function mostSeen(pieces: Ensemble): Ensemble {
  const area = (piece: Piece): number => piece.swatches.reduce((sum, swatch) => sum + swatch.share, 0)
  return [...pieces].sort((x, y) => area(y) - area(x)).slice(0, 2)
}

function sameFamily(pieces: Ensemble): boolean {
  return new Set(pieces.map((piece) => piece.swatches[0]?.name.family)).size === 1
}

function bitCount(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}
