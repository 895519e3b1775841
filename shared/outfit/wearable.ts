import type { Slot } from '../domain/garment.js'
import type { Piece } from './piece.js'
import type { Ensemble } from './rule.js'

/** What every outfit must be, whatever it scores: the upper body and the legs are covered. */
export function isCovered(outfit: Ensemble): boolean {
  return fills(outfit, 'base') && fills(outfit, 'legs')
}

export function fills(outfit: Ensemble, slot: Slot): boolean {
  return outfit.some((piece) => piece.slots.includes(slot))
}

/** True if a piece can be added: none of its slots is taken; accessories may share theirs if for other parts of the body. */
export function canAdd(outfit: Ensemble, piece: Piece): boolean {
  return outfit.every((worn) => {
    if (worn.id === piece.id) return false
    return worn.slots.every((slot) =>
      slot === 'accessory'
        ? !(piece.slots.includes('accessory') && piece.traits.place === worn.traits.place)
        : !piece.slots.includes(slot),
    )
  })
}
