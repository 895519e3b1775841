import type { TasteTraits, Tone } from './traits.js'
import { pairFeatures } from './traits.js'

/** Amounts of traits in an outfit: the mean of its pieces, by their part, and the mean of its pairs. */
export type Mixture = ReadonlyMap<string, number>

/** What an outfit of these pieces has of each trait. */
export function mixtureOf(pieces: readonly TasteTraits[]): Mixture {
  return mix(
    pieces,
    (piece) => piece.features,
    (x, y) => new Map(pairFeatures(x.tone, y.tone).map((name) => [name, 1])),
  )
}

/**
 * What outfits of the same groups have on average in a wardrobe: that somebody who owns black wears black is no sign of
 * taste. What belongs to one piece only has no average.
 */
export function createBackground(
  wardrobe: readonly TasteTraits[],
): (pieces: readonly TasteTraits[]) => Mixture {
  const groups = new Map<string, TasteTraits[]>()
  for (const piece of wardrobe) {
    const group = groups.get(piece.group)
    if (group) group.push(piece)
    else groups.set(piece.group, [piece])
  }
  const features = new Map([...groups].map(([group, pieces]) => [group, meanFeatures(pieces)]))
  const tones = new Map([...groups].map(([group, pieces]) => [group, toneShares(pieces)]))
  const pairs = new Map<string, Mixture>()

  function pairMean(x: string, y: string): Mixture {
    const key = x < y ? `${x} ${y}` : `${y} ${x}`
    let known = pairs.get(key)
    if (!known) {
      known = meanPair(tones.get(x) ?? [], tones.get(y) ?? [])
      pairs.set(key, known)
    }
    return known
  }

  return (pieces) =>
    mix(
      pieces,
      (piece) => features.get(piece.group) ?? new Map(),
      (x, y) => pairMean(x.group, y.group),
    )
}

function mix(
  pieces: readonly TasteTraits[],
  featuresOf: (piece: TasteTraits) => Mixture,
  togetherOf: (x: TasteTraits, y: TasteTraits) => Mixture,
): Mixture {
  const mixture = new Map<string, number>()
  const add = (name: string, amount: number): void =>
    void mixture.set(name, (mixture.get(name) ?? 0) + amount)
  const parts = pieces.reduce((sum, { part }) => sum + part, 0)
  const pairs = pairsOf(pieces)
  const pairParts = pairs.reduce((sum, [x, y]) => sum + x.part * y.part, 0)
  for (const piece of pieces)
    for (const [name, amount] of featuresOf(piece)) add(name, (amount * piece.part) / parts)
  for (const [x, y] of pairs)
    for (const [name, amount] of togetherOf(x, y)) add(name, (amount * x.part * y.part) / pairParts)
  return mixture
}

function pairsOf(pieces: readonly TasteTraits[]): (readonly [TasteTraits, TasteTraits])[] {
  return pieces.flatMap((x, at) => pieces.slice(at + 1).map((y) => [x, y] as const))
}

function meanFeatures(pieces: readonly TasteTraits[]): Mixture {
  const sums = new Map<string, number>()
  for (const { features } of pieces)
    for (const [name, amount] of features)
      if (!name.startsWith('piece:')) sums.set(name, (sums.get(name) ?? 0) + amount / pieces.length)
  return sums
}

/** How often each tone is there: all that pairs depend on. */
function toneShares(
  pieces: readonly TasteTraits[],
): readonly { readonly tone: Tone | null; readonly share: number }[] {
  const shares = new Map<string, { tone: Tone | null; share: number }>()
  for (const { tone, toneKey } of pieces) {
    const known = shares.get(toneKey) ?? { tone, share: 0 }
    known.share += 1 / pieces.length
    shares.set(toneKey, known)
  }
  return [...shares].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, one]) => one)
}

function meanPair(xs: ReturnType<typeof toneShares>, ys: ReturnType<typeof toneShares>): Mixture {
  const mean = new Map<string, number>()
  for (const x of xs)
    for (const y of ys)
      for (const name of pairFeatures(x.tone, y.tone))
        mean.set(name, (mean.get(name) ?? 0) + x.share * y.share)
  return mean
}
