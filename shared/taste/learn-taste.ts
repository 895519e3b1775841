import type { Taxonomy } from '../domain/garment.js'
import type { Steps } from '../domain/steps.js'
import { drain, visitEach, within } from '../domain/steps.js'
import { withTitle } from '../words/title/with-title.js'
import type { Mixture } from './background.js'
import { createBackground, mixtureOf } from './background.js'
import type { TasteEvent, TasteRecords } from './events.js'
import { tasteEvents, tasteSettings } from './events.js'
import type { Observation } from './fit.js'
import { fitTaste } from './fit.js'
import type { TasteModel, TasteSign, TasteWeight } from './taste-model.js'
import { NO_TASTE } from './taste-model.js'
import type { TasteTraits } from './traits.js'
import { toTasteTraits } from './traits.js'

/**
 * Learns what the owner likes from what they did. A pure function of the records: their order does not matter, and every
 * device that has the same records has the same model. Nothing of the model is stored.
 *
 * What was taken is compared with what was passed over where that is known (a swap, `wore-instead`), else with what the
 * wardrobe offers of the same kind. Each trait starts at “makes no difference”, and moves as far as the evidence carries
 * it against that: three likes move it little. Where the owner has reset it, only later evidence counts; switched off,
 * there is none.
 */
export function learnTaste(records: TasteRecords, taxonomy?: Taxonomy): TasteModel {
  return drain(learnTasteSteps(records, taxonomy))
}

/** {@link learnTaste} in steps: see `inPieces`. */
export function* learnTasteSteps(records: TasteRecords, taxonomy?: Taxonomy): Steps<TasteModel> {
  const { off, since } = tasteSettings(records)
  if (off) return { ...NO_TASTE, state: 'off', since }
  const pieces = yield* within(readPieces(records.items, taxonomy), 0, 0.1)
  const events = tasteEvents(records)
    .filter(({ at }) => since === null || (at !== null && at > since))
    .flatMap((event) => withPieces(event, pieces) ?? [])
    .sort(byTime)
    .slice(-MOST_EVENTS)
  if (events.length === 0) return { ...NO_TASTE, since }

  yield { done: 0.1 }
  const background = createBackground([...pieces.values()])
  const observed = yield* within(gather(events, background), 0.1, 0.3)
  const fits = yield* within(fitTaste(observed, priorOf), 0.3, 0.9)
  const seen = yield* within(countTraits(events), 0.9, 1)
  const weights: Record<string, TasteWeight> = {}
  for (const [trait, { mean, sd }] of fits)
    if (trait !== ASKED && Math.abs(mean) >= LEAST)
      weights[trait] = { mean, sd, ...(seen.get(trait) ?? { for: 0, against: 0 }) }
  const signs: Partial<Record<TasteSign, number>> = {}
  for (const { sign } of events) signs[sign] = (signs[sign] ?? 0) + 1
  return { state: 'learned', since, signs, weights }
}

/** Older ones are let go: tastes change, and a page must not wait. */
const MOST_EVENTS = 3000
/** Some milliseconds of work. */
const READ_AT_ONCE = 100
/** Each is compared with some hundreds of traits. */
const GATHERED_AT_ONCE = 20
/** Means below it are no opinion. */
const LEAST = 0.01

/** Stands for how easily an owner says yes when asked; not a trait. */
const ASKED = '(asked)'

/**
 * How far a trait may pull before anything is known, as a standard deviation in log-odds of a whole outfit of it. What is
 * common to many pieces may pull more than what is said of one pair of colours.
 */
const PRIORS: Readonly<Record<string, number>> = {
  '(asked)': 1.5,
  piece: 1,
  together: 0.8,
  palette: 1,
  contrast: 1,
  colour: 1.5,
  level: 1,
  'colour-strength': 1,
  kind: 1.2,
  pattern: 1.2,
  material: 1,
  style: 1.2,
}

function priorOf(trait: string): number {
  return PRIORS[trait === ASKED ? ASKED : trait.slice(0, trait.indexOf(':'))] ?? 1
}

interface SeenEvent extends TasteEvent {
  readonly takenPieces: readonly TasteTraits[]
  readonly passedPieces: readonly TasteTraits[]
}

function* readPieces(items: unknown, taxonomy?: Taxonomy): Steps<ReadonlyMap<string, TasteTraits>> {
  const pieces = new Map<string, TasteTraits>()
  if (!Array.isArray(items)) return pieces
  const known = items.filter((item) => typeof item?.id === 'string')
  yield* visitEach(
    known.sort((x, y) => (x.id < y.id ? -1 : 1)),
    READ_AT_ONCE,
    (item) => {
      const traits = toTasteTraits(withTitle(item, taxonomy), taxonomy)
      if (traits) pieces.set(item.id, traits)
    },
  )
  return pieces
}

/** The event with the pieces that are known of it; null where none is, or a comparison lacks a side. */
function withPieces(event: TasteEvent, pieces: ReadonlyMap<string, TasteTraits>): SeenEvent | null {
  const known = (ids: TasteEvent['taken']): TasteTraits[] => (ids ?? []).flatMap((id) => pieces.get(id) ?? [])
  const takenPieces = known(event.taken)
  const passedPieces = known(event.passed)
  if ((event.taken && takenPieces.length === 0) || (event.passed && passedPieces.length === 0)) return null
  return { ...event, takenPieces, passedPieces }
}

function byTime(x: SeenEvent, y: SeenEvent): number {
  return (x.at ?? 0) - (y.at ?? 0) || (keyOf(x) < keyOf(y) ? -1 : keyOf(x) > keyOf(y) ? 1 : 0)
}

function keyOf({ sign, taken, passed, weight, asked }: TasteEvent): string {
  return `${asked ? 'asked' : 'chosen'} ${sign} ${weight} ${taken?.join(',') ?? ''} | ${passed?.join(',') ?? ''}`
}

/** What is done twenty times is not twenty independent signs: it counts as the root of that. */
function* gather(
  events: readonly SeenEvent[],
  background: (pieces: readonly TasteTraits[]) => Mixture,
): Steps<readonly Observation[]> {
  const groups = new Map<string, { readonly event: SeenEvent; count: number }>()
  for (const event of events) {
    const key = keyOf(event)
    const group = groups.get(key) ?? { event, count: 0 }
    group.count++
    groups.set(key, group)
  }
  const observations: Observation[] = []
  yield* visitEach([...groups], GATHERED_AT_ONCE, ([key, { event, count }]) => {
    const weight = event.weight * Math.sqrt(count)
    observations.push({ key, weight, toward: directionOf(event, background) })
  })
  return observations
}

function directionOf(
  { takenPieces, passedPieces, asked }: SeenEvent,
  background: (pieces: readonly TasteTraits[]) => Mixture,
): Mixture {
  const towards = takenPieces.length > 0 ? mixtureOf(takenPieces) : background(passedPieces)
  const away = passedPieces.length > 0 ? mixtureOf(passedPieces) : background(takenPieces)
  const direction = new Map(towards)
  for (const [name, amount] of away) direction.set(name, (direction.get(name) ?? 0) - amount)
  if (asked) direction.set(ASKED, takenPieces.length > 0 ? 1 : -1)
  return direction
}

function* countTraits(
  events: readonly SeenEvent[],
): Steps<ReadonlyMap<string, { for: number; against: number }>> {
  const seen = new Map<string, { for: number; against: number }>()
  const count = (pieces: readonly TasteTraits[], side: 'for' | 'against'): void => {
    for (const name of mixtureOf(pieces).keys()) {
      const entry = seen.get(name) ?? { for: 0, against: 0 }
      entry[side]++
      seen.set(name, entry)
    }
  }
  yield* visitEach(events, READ_AT_ONCE, ({ takenPieces, passedPieces }) => {
    if (takenPieces.length > 0) count(takenPieces, 'for')
    if (passedPieces.length > 0) count(passedPieces, 'against')
  })
  return seen
}
