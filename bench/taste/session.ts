import { generateOutfits, learnTaste, type TasteModel, type TasteRecords } from '@modaics/shared'
import { createPrng } from '@modaics/shared/testing'
import { blindOutfit, createPerson, type Person, type Piece } from './person.js'

export interface Checkpoint {
  readonly events: number
  /** part of the ten best proposals that the person likes, with what was learned from the events */
  readonly learned: number
}

export interface Session {
  /** the same of the engine that learns nothing, and of outfits put together blindly */
  readonly unlearned: number
  readonly blind: number
  readonly checkpoints: readonly Checkpoint[]
}

/** How much a person wavers from day to day, beside a taste of deviation 1. */
const WAVERING = 0.5

/**
 * One person uses the app: six times in ten they judge a proposal, else they wear something of their own choice or swap
 * a piece of a proposal. Proposals come from what was learned so far.
 */
export function liveThrough(seed: number, checkpoints: readonly number[]): Session {
  const person = createPerson(seed)
  const random = createPrng(seed ^ 0x5eed)
  const noise = (): number => WAVERING * (random.next() + random.next() + random.next() - 1.5) * 2
  const byId = new Map(person.wardrobe.map((piece) => [piece.id, piece]))
  const feedback: NonNullable<TasteRecords['feedback']>[number][] = []
  const wears: NonNullable<TasteRecords['wears']>[number][] = []
  const outfitItems: NonNullable<TasteRecords['outfitItems']>[number][] = []
  const learn = (): TasteModel => learnTaste({ items: person.wardrobe, feedback, wears, outfitItems })
  const felt = (pieces: readonly Piece[]): number => person.utility(pieces) + noise()

  function oneEvent(at: number): void {
    const proposals = generateOutfits({ items: person.wardrobe, taste: learn(), count: 5, seed: at }).outfits
    const proposed = random.pick(proposals).itemIds.flatMap((id) => byId.get(id) ?? [])
    const kind = random.next()
    const id = `event-${at}`
    const createdAt = 1_700_000_000_000 + at * 3_600_000
    const itemIds = proposed.map((piece) => piece.id)
    if (kind < 0.6) {
      const liked = felt(proposed) > person.pleased
      const verdict = liked ? 'like' : random.chance(0.3) ? 'dislike' : 'skip'
      feedback.push({ id, createdAt, verdict, itemIds })
    } else if (kind < 0.85) {
      const worn = best(
        Array.from({ length: 8 }, () => blindOutfit(person.wardrobe, random)),
        felt,
      )
      for (const piece of worn) outfitItems.push({ id: `${id}:${piece.id}`, outfitId: id, itemId: piece.id })
      wears.push({ id, createdAt, outfitId: id, wornAt: createdAt })
    } else {
      const out = random.pick(proposed)
      const others = person.wardrobe.filter(({ category }) => category === out.category)
      const instead = best(
        Array.from({ length: 6 }, () =>
          proposed.map((piece) => (piece === out ? random.pick(others) : piece)),
        ),
        felt,
      )
      const insteadIds = instead.map((piece) => piece.id)
      if (insteadIds.join() !== itemIds.join())
        feedback.push({ id, createdAt, verdict: 'swap', itemIds, insteadIds })
    }
  }

  const reached: Checkpoint[] = []
  let done = 0
  for (const events of checkpoints) {
    while (done < events) oneEvent(done++)
    reached.push({ events, learned: likedOfTen(person, byId, learn()) })
  }
  const blind = Array.from({ length: 200 }, () => person.utility(blindOutfit(person.wardrobe, random)))
  return {
    unlearned: likedOfTen(person, byId, undefined),
    blind: blind.filter((utility) => utility > person.pleased).length / blind.length,
    checkpoints: reached,
  }
}

function likedOfTen(person: Person, byId: ReadonlyMap<string, Piece>, taste: TasteModel | undefined): number {
  const { outfits } = generateOutfits({ items: person.wardrobe, count: 10, ...(taste ? { taste } : {}) })
  const liked = outfits.filter(
    ({ itemIds }) => person.utility(itemIds.flatMap((id) => byId.get(id) ?? [])) > person.pleased,
  )
  return liked.length / outfits.length
}

function best(
  outfits: readonly (readonly Piece[])[],
  felt: (pieces: readonly Piece[]) => number,
): readonly Piece[] {
  let chosen: readonly Piece[] = []
  let most = Number.NEGATIVE_INFINITY
  for (const outfit of outfits) {
    const value = felt(outfit)
    if (value > most) {
      most = value
      chosen = outfit
    }
  }
  return chosen
}
