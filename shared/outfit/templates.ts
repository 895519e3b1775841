import type { Slot } from '../domain/garment.js'
import type { Group } from './problem.js'
import { sharesOf } from './shares.js'

/** Which groups an outfit takes one piece of each from, and how much each and each two of them count. */
export interface Template {
  readonly groups: readonly Group[]
  /** by group; together `SHARES` */
  readonly shares: readonly number[]
  /** by two groups, and on the diagonal by what a piece counts as a pair with itself; together `SHARES` */
  readonly pairShares: readonly (readonly number[])[]
}

/** What one may and must wear: the upper body and the legs are covered, whatever else. */
const ORDER: readonly { readonly slot: Slot; readonly needed: boolean }[] = [
  { slot: 'base', needed: true },
  { slot: 'legs', needed: true },
  { slot: 'outer', needed: false },
  { slot: 'mid', needed: false },
  { slot: 'feet', needed: false },
]

const EXTRAS = ['hosiery', 'style', 'wrap', 'rain'] as const

/**
 * Every way to put whole outfits together of these groups.
 *
 * @param start groups that every outfit has: those of the anchors, which can be worn together
 */
export function templatesOf(groups: readonly Group[], start: readonly Group[]): Template[] {
  const clothes = groups.filter(({ sort }) => sort.role === 'clothes')
  const templates: Template[] = []
  dress(0, start)
  return templates

  function dress(at: number, chosen: readonly Group[]): void {
    const step = ORDER[at]
    if (!step) {
      adorn(0, chosen)
      return
    }
    if (fills(chosen, step.slot)) {
      dress(at + 1, chosen)
      return
    }
    for (const group of clothes)
      if (firstSlot(group) === step.slot && group.sort.slots.every((slot) => !fills(chosen, slot)))
        dress(at + 1, [...chosen, group])
    if (!step.needed) dress(at + 1, chosen)
  }

  function adorn(at: number, chosen: readonly Group[]): void {
    const role = EXTRAS[at]
    if (!role) {
      templates.push(toTemplate(chosen))
      return
    }
    adorn(at + 1, chosen)
    if (chosen.some(({ sort }) => sort.role === role) || !hasRoom(chosen, role)) return
    for (const group of groups) if (group.sort.role === role) adorn(at + 1, [...chosen, group])
  }
}

/** Tights go under what leaves the legs open, and gloves with a coat. */
function hasRoom(chosen: readonly Group[], role: (typeof EXTRAS)[number]): boolean {
  if (role === 'hosiery') return chosen.some(({ sort }) => sort.openLegs) && !fills(chosen, 'hosiery')
  return role !== 'wrap' || fills(chosen, 'outer')
}

function fills(chosen: readonly Group[], slot: Slot): boolean {
  return chosen.some(({ sort }) => sort.slots.includes(slot))
}

function firstSlot({ sort }: Group): Slot | undefined {
  return ORDER.find(({ slot }) => sort.slots.includes(slot))?.slot
}

function toTemplate(chosen: readonly Group[]): Template {
  // What counts most is decided first: then the rest is soon known to be hopeless.
  const groups = [...chosen].sort((x, y) => y.part - x.part || x.classes.length - y.classes.length)
  const { single, pair } = sharesOf(groups.map(({ sort }) => sort))
  return { groups, shares: single, pairShares: pair }
}
