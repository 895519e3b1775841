import type { Slot } from '../domain/garment.js'
import type { Piece } from '../outfit/piece.js'
import { chance } from '../outfit/random.js'
import type { Ensemble } from '../outfit/rule.js'

/** Pieces that fill the same slots, and so are alternatives. */
type Group = readonly Piece[]

/**
 * Every outfit that some pieces make, without making them: what covers the upper body, the legs and the feet, with or
 * without a layer, and something over it where it is worn outdoors. Accessories make no other outfit.
 */
export interface OutfitSpace {
  /** combinations; a few cannot be worn, where one item has several ways to be */
  readonly size: number
  /** null for a combination that cannot be worn */
  at(index: number): Ensemble | null
  /** required slots for which there is nothing */
  readonly lacking: readonly Slot[]
}

const REQUIRED: readonly Slot[] = ['base', 'legs', 'feet']

/** @param must every outfit has it: then only combinations with that piece are in the space */
export function outfitSpace(
  pieces: readonly Piece[],
  outdoors: boolean,
  must?: readonly Piece[],
): OutfitSpace {
  const groups = groupBySlots(pieces)
  const shapes = must
    ? must.flatMap((piece) => shapesOf(groups, outdoors, { slots: piece.slots, group: [piece] }))
    : shapesOf(groups, outdoors)
  const sizes = shapes.map((shape) => shape.reduce((size, group) => size * group.length, 1))
  return {
    size: sizes.reduce((sum, size) => sum + size, 0),
    at(index) {
      let rest = index
      for (const [i, shape] of shapes.entries()) {
        const size = sizes[i] ?? 0
        if (rest < size) return pick(shape, rest)
        rest -= size
      }
      return null
    },
    lacking: REQUIRED.filter(
      (slot) => ![...pieces, ...(must ?? [])].some(({ slots }) => slots.includes(slot)),
    ),
  }
}

/**
 * Indexes of outfits to judge: all of them where there are at most `most`, else so many, evenly spread and the same each
 * time: one from each of `most` equal stretches.
 */
export function* sampleOf(size: number, most: number): Generator<number> {
  if (size <= most) for (let index = 0; index < size; index++) yield index
  else
    for (let part = 0; part < most; part++)
      yield Math.min(size - 1, Math.floor(((part + chance(`${part}`, SEED)) * size) / most))
}

const SEED = 20_200_101

interface Fixed {
  readonly slots: readonly Slot[]
  readonly group: Group
}

function groupBySlots(pieces: readonly Piece[]): readonly Fixed[] {
  const groups = new Map<string, { slots: readonly Slot[]; group: Piece[] }>()
  for (const piece of pieces) {
    if (piece.slots.some((slot) => slot === 'accessory' || slot === 'hosiery')) continue
    const key = piece.slots.join('+')
    const known = groups.get(key) ?? { slots: piece.slots, group: [] }
    known.group.push(piece)
    groups.set(key, known)
  }
  return [...groups].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, group]) => group)
}

/** The combinations of groups that fill every required slot once, and optional ones at most once. */
function shapesOf(groups: readonly Fixed[], outdoors: boolean, fixed?: Fixed): readonly (readonly Group[])[] {
  if (fixed?.slots.some((slot) => slot === 'accessory' || slot === 'hosiery')) return []
  const order: readonly Slot[] = [
    ...REQUIRED,
    'mid',
    ...(outdoors || fixed?.slots.includes('outer') ? (['outer'] as const) : []),
  ]
  const shapes: (readonly Group[])[] = []
  const fill = (at: number, taken: ReadonlySet<Slot>, chosen: readonly Group[]): void => {
    const slot = order[at]
    if (slot === undefined) {
      shapes.push(chosen)
      return
    }
    if (taken.has(slot)) {
      fill(at + 1, taken, chosen)
      return
    }
    if (!REQUIRED.includes(slot)) fill(at + 1, taken, chosen)
    // The first slot still open is filled first, so that no combination comes twice.
    for (const { slots, group } of groups)
      if (slots.includes(slot) && slots.every((one) => order.includes(one) && !taken.has(one)))
        fill(at + 1, new Set([...taken, ...slots]), [...chosen, group])
  }
  fill(0, new Set(fixed?.slots), fixed ? [fixed.group] : [])
  return shapes
}

function pick(shape: readonly Group[], index: number): Ensemble | null {
  const outfit: Piece[] = []
  let rest = index
  for (const group of shape) {
    const piece = group[rest % group.length]
    rest = Math.floor(rest / group.length)
    if (!piece || outfit.some(({ id }) => id === piece.id)) return null
    outfit.push(piece)
  }
  return outfit
}
