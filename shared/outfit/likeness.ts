import type { Piece } from './piece.js'

/** 0 to 1: how much one piece is like another that would be worn in its place. 1 for the piece itself. */
export function likeness(x: Piece, y: Piece): number {
  if (x.id === y.id) return 1
  if (!x.slots.some((slot) => y.slots.includes(slot))) return 0
  const [mine, theirs] = [x.swatches[0]?.name, y.swatches[0]?.name]
  const kind = x.traits.subcategory === y.traits.subcategory ? 0.3 : 0
  const colour =
    !mine || !theirs ? 0 : mine.name === theirs.name ? 0.3 : mine.family === theirs.family ? 0.2 : 0
  const formality = Math.max(0, 0.2 - 0.1 * Math.abs(x.traits.formality - y.traits.formality))
  const pattern = x.pattern.group === y.pattern.group ? 0.1 : 0
  return kind + colour + formality + pattern
}

/**
 * What a piece is worth more or less where an outfit is to be like some pieces, or unlike others: part of a perfect score.
 */
export function likenessBonus(
  like: readonly Piece[],
  unlike: readonly Piece[],
): ((piece: Piece) => number) | undefined {
  if (like.length === 0 && unlike.length === 0) return undefined
  const most = (pieces: readonly Piece[], piece: Piece): number =>
    pieces.reduce((top, other) => Math.max(top, likeness(piece, other)), 0)
  return (piece) => PULL * (most(like, piece) - most(unlike, piece))
}

/** Enough to outweigh other tastes, not the weather. */
const PULL = 0.25
