import { SLOTS } from '../domain/garment.js'
import type { Piece } from './piece.js'
import type { Ensemble } from './rule.js'

/** In the order of the body. */
export function dressed(worn: Ensemble): Ensemble {
  const order = (piece: Piece): number => Math.min(...piece.slots.map((slot) => SLOTS.indexOf(slot)))
  return [...worn].sort((x, y) => order(x) - order(y) || (x.id < y.id ? -1 : 1))
}
