import { readFileSync } from 'node:fs'
import { createDice, seedOf } from './dice.js'
import { learn } from './learned.js'
import type { Judge, Wearing } from './outfit-baselines.js'
import { colourWheel, createPopularity, ours, oursOnly, wearable } from './outfit-baselines.js'
import { areaUnderCurve, margin } from './statistics.js'

/** The five typed slots of the data set. */
export const SLOTS = ['upper', 'bottom', 'shoe', 'bag', 'accessory'] as const

export type TypedSlot = (typeof SLOTS)[number]

/** An outfit that somebody put together: the title of the piece in each slot that has one. */
export interface TitledOutfit {
  readonly id: string
  readonly pieces: Wearing
}

export interface OutfitResult {
  /** outfits with at least two titled pieces */
  readonly n: number
  /** share of blanks that ours fills right, of four candidates for the same slot; equals count in part */
  readonly fitb: number
  /** how often ours prefers a real outfit to one thrown together of the same slots */
  readonly auc: number
  readonly questions: number
  readonly models: readonly {
    readonly model: string
    readonly fitb: number
    readonly margin: number
    readonly auc: number
  }[]
}

const DISTRACTORS = 3
/** outfits thrown together for each real one */
const THROWN = 5
/** what a doubling of the odds counts beside ours */
const LEARNED = 0.01

/**
 * Two tasks of the literature (Han et al. 2017), with distractors from the same slot only: those of another slot
 * measure nothing but the category. What is drawn depends on the outfit's id and on the file, not on its order.
 *
 * @param others outfits to learn from, to say what that would add; none of them in `outfits`
 */
export function evaluateOutfits(
  outfits: readonly TitledOutfit[],
  others: readonly TitledOutfit[] = [],
): OutfitResult {
  const usable = [...outfits]
    .filter(({ pieces }) => Object.keys(pieces).length >= 2)
    .sort((x, y) => (x.id < y.id ? -1 : 1))
  const pool = Object.fromEntries(
    SLOTS.map((slot) => [slot, [...new Set(usable.flatMap(({ pieces }) => pieces[slot] ?? []))].sort()]),
  )
  const questions = usable.flatMap((outfit) =>
    SLOTS.flatMap((slot) => {
      const answer = outfit.pieces[slot]
      if (answer === undefined) return []
      const others = draw(pool[slot] ?? [], DISTRACTORS, `${outfit.id} ${slot}`, [answer])
      if (others.length < DISTRACTORS) return []
      return [{ outfit, slot, candidates: [answer, ...others] }]
    }),
  )
  const thrown = usable.flatMap(({ id, pieces }) =>
    Array.from({ length: THROWN }, (_, turn) =>
      Object.fromEntries(
        SLOTS.flatMap((slot) => {
          const worn = pieces[slot]
          if (worn === undefined) return []
          return draw(pool[slot] ?? [], 1, `${id} ${slot} ${turn}`, [worn]).map((other) => [slot, other])
        }),
      ),
    ),
  )
  const judges: Record<string, Judge> = {
    chance: () => 0,
    popularity: createPopularity(usable.map(({ pieces }) => pieces)),
    'colour wheel': colourWheel,
    ours,
    '  only styles': oursOnly('styles'),
    '  only details': oursOnly('details'),
    '  only colour': oursOnly('color'),
    '  only department': oursOnly('department'),
    '  only what can be worn': wearable,
  }
  if (others.length > 0) {
    const learned = learn(others.map(({ pieces }) => pieces))
    judges['learned, for information'] = learned
    judges['ours and learned, for information'] = (outfit) => ours(outfit) + LEARNED * learned(outfit)
  }
  const models = Object.entries(judges).map(([model, judge]) => {
    const right = questions.reduce((sum, { outfit, slot, candidates }) => {
      const scores = candidates.map((title) => judge({ ...outfit.pieces, [slot]: title }))
      const best = Math.max(...scores)
      return sum + (scores[0] === best ? 1 / scores.filter((score) => score === best).length : 0)
    }, 0)
    const fitb = questions.length > 0 ? right / questions.length : 0
    const auc = areaUnderCurve(
      usable.map(({ pieces }) => judge(pieces)),
      thrown.map((pieces) => judge(pieces)),
    )
    return { model, fitb, margin: margin(fitb, questions.length), auc }
  })
  const result = models.find(({ model }) => model === 'ours')
  return {
    n: usable.length,
    fitb: result?.fitb ?? 0,
    auc: result?.auc ?? 0,
    questions: questions.length,
    models,
  }
}

function draw(pool: readonly string[], count: number, seed: string, not: readonly string[]): string[] {
  const dice = createDice(seedOf(seed))
  const left = pool.filter((title) => !not.includes(title))
  const drawn: string[] = []
  while (drawn.length < count && left.length > 0)
    drawn.push(...left.splice(Math.floor(dice() * left.length), 1))
  return drawn
}

/** @throws Error where the file is not a table of outfits */
export function readOutfits(path: string): TitledOutfit[] {
  const data: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new Error(`${path}: not a table of outfits`)
  return Object.entries(data).map(([id, slots]: [string, unknown]) => {
    if (typeof slots !== 'object' || slots === null) throw new Error(`${path}: ${id} is no outfit`)
    const pieces = Object.entries(slots).flatMap(([slot, piece]) => {
      const title = typeof piece?.name === 'string' ? piece.name.trim().toLowerCase() : ''
      return title === '' ? [] : [[slot, title] as const]
    })
    return { id, pieces: Object.fromEntries(pieces) }
  })
}
