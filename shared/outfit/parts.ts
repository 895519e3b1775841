import type { Slot } from '../domain/garment.js'

/** How much what is worn in a slot counts beside the others: about what one sees of it, shoes and bags a little more. */
export const PART: Readonly<Record<Slot, number>> = {
  base: 1,
  mid: 0.9,
  outer: 1,
  legs: 1,
  hosiery: 0.3,
  feet: 0.5,
  accessory: 0.25,
}

export function partOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, slot) => sum + (PART[slot] ?? 0), 0)
}

/** What a piece counts as a pair with itself: the pairs among the slots that it fills. */
export function selfPartOf(slots: readonly Slot[]): number {
  let sum = 0
  for (const [i, x] of slots.entries()) for (const y of slots.slice(i + 1)) sum += PART[x] * PART[y]
  return sum
}

/** True for what an outfit is known by; two that differ in accessories only are one idea. */
export function isMain(slots: readonly Slot[]): boolean {
  return slots[0] !== 'accessory' && slots[0] !== 'hosiery'
}
