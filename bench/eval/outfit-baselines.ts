import type { GarmentLike, KinshipParts, TitleReading } from '@modaics/shared'
import { findColors, kinshipParts, parseTitle, rateOutfit } from '@modaics/shared'
import { wheel } from './colour-baselines.js'

/** Titles by slot. */
export type Wearing = Readonly<Record<string, string>>

/** Says how good an outfit is: larger is better. */
export type Judge = (outfit: Wearing) => number

/** How usual the words of the pieces are: the mean log frequency of each title's words among all titles. */
export function createPopularity(outfits: readonly Wearing[]): Judge {
  const counts = new Map<string, number>()
  for (const outfit of outfits)
    for (const title of Object.values(outfit))
      for (const word of new Set(title.split(' '))) counts.set(word, (counts.get(word) ?? 0) + 1)
  return (outfit) => {
    const logs = Object.values(outfit).flatMap((title) =>
      title.split(' ').map((word) => Math.log(counts.get(word) ?? 1)),
    )
    return logs.length > 0 ? logs.reduce((sum, log) => sum + log, 0) / logs.length : 0
  }
}

/** The colour that each title names first, by the wheel of textbooks. */
export function colourWheel(outfit: Wearing): number {
  const hexes = Object.values(outfit).flatMap((title) => findColors(title)[0]?.hex ?? [])
  return hexes.length >= 2 ? wheel(hexes) : 0.5
}

/** Ours: the score that the engine gives the outfit, pieces read from their titles alone. */
export function ours(outfit: Wearing): number {
  const items = Object.entries(outfit).map(([slot, title]) => pieceOf(slot, title))
  const { outfit: rated, fault } = rateOutfit({ items, outfit: items.map(({ id }) => id) })
  return (rated?.score ?? 0) - (fault === null ? 0 : FAULT)
}

/** Ours where nothing counts but what the engine would make at all. */
export function wearable(outfit: Wearing): number {
  const items = Object.entries(outfit).map(([slot, title]) => pieceOf(slot, title))
  return rateOutfit({ items, outfit: items.map(({ id }) => id) }).fault === null ? 1 : 0
}

/** The engine makes no outfit with a fault; but a title is often silent about what a piece is, so it is a doubt here. */
const FAULT = 0.1

const pieces = new Map<string, GarmentLike>()

/** What the title names, else what the slot of the data set is. The same object each time: it is read once. */
function pieceOf(slot: string, title: string): GarmentLike {
  const id = `${slot} ${title}`
  let piece = pieces.get(id)
  if (!piece) {
    piece = { id, name: title, ...(parseTitle(title).category ? {} : KIND_OF_SLOT[slot]) }
    pieces.set(id, piece)
  }
  return piece
}

const KIND_OF_SLOT: Readonly<Record<string, Pick<GarmentLike, 'category' | 'subcategory'>>> = {
  upper: { category: 'top' },
  bottom: { category: 'bottom' },
  shoe: { category: 'shoes' },
  bag: { category: 'accessory', subcategory: 'bag' },
  accessory: { category: 'accessory' },
}

/** A part of ours alone. */
export function oursOnly(part: keyof KinshipParts): Judge {
  return (outfit) => overPairs(outfit, (x, y) => kinshipParts(x, y)[part])
}

function overPairs(outfit: Wearing, judge: (x: TitleReading, y: TitleReading) => number): number {
  const pieces = Object.values(outfit).map(readTitle)
  let sum = 0
  for (const [i, x] of pieces.entries()) for (const y of pieces.slice(i + 1)) sum += judge(x, y)
  return sum
}

const readings = new Map<string, TitleReading>()

function readTitle(title: string): TitleReading {
  const reading = readings.get(title) ?? parseTitle(title)
  readings.set(title, reading)
  return reading
}
