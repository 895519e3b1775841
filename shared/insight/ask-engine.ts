import type { z } from 'zod'
import type { Feedback, Item, Outfit, OutfitItem, Profile, Wear } from '../domain/records.js'
import type { Steps } from '../domain/steps.js'
import { drain, within } from '../domain/steps.js'
import { createOutfitter } from '../outfit/outfitter.js'
import { planDaysSteps } from '../outfit/plan.js'
import { rateOutfit } from '../outfit/rate.js'
import { swapPieceSteps } from '../outfit/swap.js'
import { whyNotSteps } from '../outfit/why-not.js'
import { learnTasteSteps } from '../taste/learn-taste.js'
import type { TasteModel } from '../taste/taste-model.js'
import { capsuleSteps } from './capsule.js'
import { duplicatesSteps } from './duplicates.js'
import { gapsSteps } from './gaps.js'
import { goesWithSteps } from './goes-with.js'
import { makeUpSteps } from './make-up.js'
import { packingSteps } from './packing.js'
import { recommendSteps } from './recommend.js'
import type { ENGINE_REQUESTS } from './request-schemas.js'
import { usageSteps } from './usage.js'
import { useOverTimeSteps } from './use-over-time.js'
import { versatilitySteps } from './versatility.js'

/** The records of a wardrobe, removed ones too, as a device and the server have them. */
export interface EngineRecords {
  readonly items: readonly Item[]
  readonly outfits: readonly Outfit[]
  readonly outfitItems: readonly OutfitItem[]
  readonly wears: readonly Wear[]
  readonly feedback: readonly Feedback[]
  readonly profile: readonly Profile[]
}

export type EngineQuestion = keyof typeof ENGINE_REQUESTS

/** What was asked and fitted its schema. JSON has no fields that are undefined, which the types of zod cannot say. */
export type EngineWishes<Q extends EngineQuestion> = Defined<z.infer<(typeof ENGINE_REQUESTS)[Q]>>

type Defined<T> = T extends readonly (infer Part)[]
  ? readonly Defined<Part>[]
  : T extends object
    ? { readonly [Name in keyof T]: Defined<Exclude<T[Name], undefined>> }
    : T

type Known = Omit<EngineRecords, 'outfits' | 'profile'> & { readonly taste: TasteModel; readonly now: number }
type Answers = { readonly [Q in EngineQuestion]: (known: Known, wishes: EngineWishes<Q>) => Steps<object> }

const ANSWERS: Answers = {
  generate: (known, wishes) => createOutfitter().steps({ ...wishes, ...dressing(known) }),
  swap: (known, wishes) => swapPieceSteps(createOutfitter(), { ...wishes, ...dressing(known) }),
  plan: (known, wishes) => planDaysSteps(createOutfitter(), { ...wishes, ...dressing(known) }),
  'why-not': (known, { piece, ...wishes }) =>
    whyNotSteps(createOutfitter(), { ...wishes, ...dressing(known) }, piece),
  rate: (known, wishes) => atOnce(rateOutfit({ ...wishes, ...dressing(known) })),
  recommend: (known, wishes) =>
    recommendSteps({ ...wishes, ...dressing(known), outfitItems: known.outfitItems }),
  versatility: ({ items, taste }, wishes) => versatilitySteps({ effort: EFFORT, ...wishes, items, taste }),
  gaps: ({ items, taste }, wishes) => gapsSteps({ effort: EFFORT, ...wishes, items, taste }),
  'goes-with': ({ items, taste }, wishes) => goesWithSteps({ effort: EFFORT, ...wishes, items, taste }),
  capsule: ({ items, taste }, wishes) => capsuleSteps({ effort: EFFORT, ...wishes, items, taste }),
  packing: (known, wishes) => packingSteps({ ...wishes, ...dressing(known) }),
  usage: ({ items, wears, outfitItems, now }, wishes) =>
    usageSteps({ ...wishes, items, wears, outfitItems, now }),
  'use-over-time': ({ items, wears, outfitItems, now }, wishes) =>
    useOverTimeSteps({ ...wishes, items, wears, outfitItems, now }, wishes),
  'make-up': ({ items }) => makeUpSteps({ items }),
  *duplicates({ items }) {
    return { groups: yield* duplicatesSteps({ items }) }
  },
}

/** What is known, as the generator reads it. */
function dressing({ items, wears, feedback, taste, now }: Known) {
  return { items, wears, feedback, taste, now }
}

function* atOnce<T>(answer: T): Steps<T> {
  yield { done: 1 }
  return answer
}

/** Less than on a device: a server has others to answer. */
const EFFORT = 10_000

/** Answers one question from the records of a wardrobe, as a device does: with the taste that they tell. */
export function askEngine<Q extends EngineQuestion>(
  question: Q,
  records: EngineRecords,
  wishes: EngineWishes<Q>,
  now: number,
): object {
  return drain(askEngineSteps(question, records, wishes, now))
}

/** {@link askEngine} in steps: see `inPieces`. */
export function* askEngineSteps<Q extends EngineQuestion>(
  question: Q,
  records: EngineRecords,
  wishes: EngineWishes<Q>,
  now: number,
): Steps<object> {
  const taste = yield* within(learnTasteSteps(records), 0, 0.3)
  return yield* within(ANSWERS[question]({ ...records, taste, now }, wishes), 0.3, 1)
}
