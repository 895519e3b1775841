import type { ColorFamily } from '../colour/color-names.js'
import { nameColor } from '../colour/name-color.js'
import type { Taxonomy } from '../domain/garment.js'
import type { Steps } from '../domain/steps.js'
import { drain, visitEach, within } from '../domain/steps.js'
import type { Traits } from '../domain/taxonomy.js'
import { traitsOf } from '../domain/taxonomy.js'
import { taxonomyOf } from '../outfit/wishes.js'
import { withTitle } from '../words/title/with-title.js'
import type { InsightGap, OwnedPiece } from './records.js'
import { gap, ownedPieces } from './records.js'

/** How many pieces are of something, and their part of those of which it is known. */
export interface Share {
  readonly name: string
  readonly pieces: number
  readonly share: number
}

export interface ColourShare extends Share {
  readonly family: ColorFamily
  readonly neutral: boolean
  /** the colour of the largest area of that name: for a chart */
  readonly hex: string
}

export interface MakeUp {
  readonly pieces: number
  readonly categories: readonly Share[]
  readonly kinds: readonly Share[]
  /** by the area of the pieces: a shirt half blue and half white is half of each; `pieces` counts those that show it */
  readonly colours: readonly ColourShare[]
  /** part of all colour that goes with most things */
  readonly neutral: number | null
  readonly patterns: readonly Share[]
  readonly materials: readonly Share[]
  /** pieces that are kept for it; those for any are in none */
  readonly seasons: readonly Share[]
  readonly occasions: readonly Share[]
  /** by the whole number of 1 (home) to 5 (black tie), in that order */
  readonly formality: readonly Share[]
  readonly missing: readonly InsightGap[]
}

export interface MakeUpRequest {
  readonly items: readonly OwnedPiece[]
  readonly taxonomy?: Taxonomy
}

/** Some milliseconds of work. */
const READ_AT_ONCE = 100
/** More colours of a piece than these are not read: a record may hold any number. */
const MOST_COLORS = 16

/** What the wardrobe is made of. All lists: most first. */
export function makeUp(request: MakeUpRequest): MakeUp {
  return drain(makeUpSteps(request))
}

/** {@link makeUp} in steps: see `inPieces`. */
export function* makeUpSteps(request: MakeUpRequest): Steps<MakeUp> {
  const taxonomy = taxonomyOf(request)
  const items: OwnedPiece[] = []
  const traits: (Traits | null)[] = []
  const reading = visitEach(ownedPieces(request.items), READ_AT_ONCE, (item) => {
    const full = withTitle(item, taxonomy)
    items.push(full)
    traits.push(traitsOf(full, taxonomy))
  })
  yield* within(reading, 0, 0.5)
  const known = traits.filter((one) => one !== null)
  const unknown = items.filter((_, at) => traits[at] === null).map(({ id }) => id)
  const { colours, colourless } = yield* within(countColours(items), 0.5, 1)
  const whole = colours.reduce((sum, { share }) => sum + share, 0)
  return {
    pieces: items.length,
    categories: count(known.map(({ category }) => [category])),
    kinds: count(known.map(({ subcategory }) => [subcategory])),
    colours,
    neutral:
      whole > 0 ? colours.reduce((sum, { neutral, share }) => sum + (neutral ? share : 0), 0) / whole : null,
    patterns: count(items.map(({ pattern }) => wordsOf([pattern]))),
    materials: count(items.map(({ material }) => wordsOf([material]))),
    seasons: count(items.map(({ seasons }) => wordsOf(seasons))),
    occasions: count(items.map(({ occasions }) => wordsOf(occasions))),
    formality: count(known.map(({ formality }) => [String(Math.round(formality))])).sort((x, y) =>
      x.name < y.name ? -1 : 1,
    ),
    missing: [
      ...(items.length === 0 ? [gap('no-items')] : []),
      ...(unknown.length > 0 ? [gap('some-kinds', unknown)] : []),
      ...(colourless.length > 0 ? [gap('some-colours', colourless)] : []),
    ],
  }
}

function count(words: readonly (readonly string[])[]): Share[] {
  const counts = new Map<string, number>()
  for (const list of words) for (const word of new Set(list)) counts.set(word, (counts.get(word) ?? 0) + 1)
  const known = words.filter((list) => list.length > 0).length
  return [...counts]
    .map(([name, pieces]) => ({ name, pieces, share: pieces / known }))
    .sort((x, y) => y.pieces - x.pieces || (x.name < y.name ? -1 : 1))
}

function wordsOf(values: unknown): string[] {
  if (!Array.isArray(values)) return []
  return values
    .flatMap((value) => (typeof value === 'string' ? [value.trim().toLowerCase()] : []))
    .filter((word) => word !== '')
}

function* countColours(
  items: readonly OwnedPiece[],
): Steps<{ readonly colours: ColourShare[]; readonly colourless: string[] }> {
  const colours = new Map<string, ColourShare & { readonly largest: number }>()
  const colourless: string[] = []
  let seen = 0
  yield* visitEach(items, READ_AT_ONCE, (item) => {
    const parts = readColours(item.colors)
    if (parts.length === 0) {
      colourless.push(item.id)
      return
    }
    seen++
    const counted = new Set<string>()
    for (const { hex, part, name } of parts) {
      const old = colours.get(name.name)
      const isLargest = part > (old?.largest ?? 0)
      colours.set(name.name, {
        ...name,
        hex: isLargest || !old ? hex : old.hex,
        largest: isLargest || !old ? part : old.largest,
        pieces: (old?.pieces ?? 0) + (counted.has(name.name) ? 0 : 1),
        share: (old?.share ?? 0) + part,
      })
      counted.add(name.name)
    }
  })
  return {
    colours: [...colours.values()]
      .map(({ largest: _, ...colour }) => ({ ...colour, share: colour.share / seen }))
      .sort((x, y) => y.share - x.share || (x.name < y.name ? -1 : 1)),
    colourless,
  }
}

/** The colours of a piece that can be read; their parts make 1. */
function readColours(colors: unknown) {
  if (!Array.isArray(colors)) return []
  const read = colors.slice(0, MOST_COLORS).flatMap((color) => {
    const name = typeof color?.hex === 'string' ? nameColor(color.hex) : null
    const share = typeof color?.share === 'number' && color.share > 0 ? Math.min(1, color.share) : 0.01
    return name ? [{ hex: color.hex as string, part: share, name }] : []
  })
  const whole = read.reduce((sum, { part }) => sum + part, 0)
  return read.map((color) => ({ ...color, part: color.part / whole }))
}
