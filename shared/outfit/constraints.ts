import type { Context } from './context.js'
import type { MessageKey } from './messages.js'
import type { Piece } from './piece.js'
import type { Ensemble } from './rule.js'

/** What a piece must be to be worn at all, whatever it scores. What was asked for by name is worn all the same. */
export interface Constraint {
  readonly id: string
  allows(piece: Piece, context: Context): boolean
  /** why not, of the piece */
  readonly because: MessageKey
}

export const CONSTRAINTS: readonly Constraint[] = [
  {
    id: 'vetoed',
    allows: ({ id }, { vetoes }) =>
      !vetoes.some(({ itemIds, exactly }) => !exactly && itemIds.size === 1 && itemIds.has(id)),
    because: 'not.vetoed',
  },
  {
    id: 'dress-code',
    allows: ({ traits, slots }, { dressCode }) =>
      !dressCode ||
      (!dressCode.without.includes(traits.category) &&
        !dressCode.without.includes(traits.subcategory) &&
        // A dress code looks at clothes and shoes; a bag or tights may be what they are.
        (slots[0] === 'accessory' ||
          slots[0] === 'hosiery' ||
          (traits.formality >= dressCode.minFormality && traits.formality <= dressCode.maxFormality))),
    because: 'not.dress-code',
  },
  {
    id: 'indoors',
    allows: ({ traits }, { occasion }) => !traits.indoors || occasion === 'home',
    because: 'not.indoors',
  },
  {
    id: 'rain-only',
    allows: ({ traits }, { rain }) => rain || traits.place !== 'hand',
    because: 'not.dry',
  },
  {
    // Whether a coat is wanted, nobody can say without the weather.
    id: 'weather',
    allows: ({ slots }, { temperatureC, rain }) => temperatureC !== null || rain || !slots.includes('outer'),
    because: 'not.no-weather',
  },
]

/** The first constraint that a piece does not meet. */
export function obstacleTo(piece: Piece, context: Context): Constraint | undefined {
  return CONSTRAINTS.find((constraint) => !constraint.allows(piece, context))
}

/** True for pieces that the owner turned down together, or will not have together. */
export function isVetoed(worn: Ensemble, { vetoes }: Context): boolean {
  return vetoes.some(({ itemIds, exactly }) => {
    if (exactly && itemIds.size !== worn.length) return false
    let found = 0
    for (const { id } of worn) if (itemIds.has(id)) found++
    return found === itemIds.size
  })
}

/** True if a piece can be worn with all of these. */
export function canAdd(worn: Ensemble, piece: Piece): boolean {
  return worn.every((other) => canWearBoth(other, piece))
}

/** True if two pieces can be worn at once: no slot twice, and accessories on different parts of the body. */
export function canWearBoth(x: Piece, y: Piece): boolean {
  if (x.id === y.id) return false
  return x.slots.every((slot) =>
    slot === 'accessory'
      ? !(y.slots.includes('accessory') && x.traits.place === y.traits.place)
      : !y.slots.includes(slot),
  )
}
