import type { z } from 'zod'
import type { Feedback, Item, Outfit, OutfitItem, Profile, Wear } from '../domain/records.js'
import { generateOutfits } from '../outfit/generate.js'
import { learnTaste } from '../taste/learn-taste.js'
import type { TasteModel } from '../taste/taste-model.js'
import { capsule } from './capsule.js'
import { duplicates } from './duplicates.js'
import { gaps } from './gaps.js'
import { goesWith } from './goes-with.js'
import { makeUp } from './make-up.js'
import { packing } from './packing.js'
import { recommend } from './recommend.js'
import type { ENGINE_REQUESTS } from './request-schemas.js'
import { usage } from './usage.js'
import { useOverTime } from './use-over-time.js'
import { versatility } from './versatility.js'

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

type Known = EngineRecords & { readonly taste: TasteModel; readonly now: number }
type Answers = { readonly [Q in EngineQuestion]: (known: Known, wishes: EngineWishes<Q>) => object }

const ANSWERS: Answers = {
  generate: ({ items, wears, feedback, taste, now }, wishes) =>
    generateOutfits({ ...wishes, items, wears, feedback, taste, now }),
  recommend: ({ items, wears, outfitItems, feedback, taste, now }, wishes) =>
    recommend({ ...wishes, items, wears, outfitItems, feedback, taste, now }),
  versatility: ({ items, taste }, wishes) => versatility({ effort: EFFORT, ...wishes, items, taste }),
  gaps: ({ items, taste }, wishes) => gaps({ effort: EFFORT, ...wishes, items, taste }),
  'goes-with': ({ items, taste }, wishes) => goesWith({ effort: EFFORT, ...wishes, items, taste }),
  capsule: ({ items, taste }, wishes) => capsule({ effort: EFFORT, ...wishes, items, taste }),
  packing: ({ items, wears, feedback, taste, now }, wishes) =>
    packing({ ...wishes, items, wears, feedback, taste, now }),
  usage: ({ items, wears, outfitItems, now }, wishes) => usage({ ...wishes, items, wears, outfitItems, now }),
  'use-over-time': ({ items, wears, outfitItems, now }, wishes) =>
    useOverTime({ ...wishes, items, wears, outfitItems, now }, wishes),
  'make-up': ({ items }) => makeUp({ items }),
  duplicates: ({ items }) => ({ groups: duplicates({ items }) }),
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
  return ANSWERS[question]({ ...records, taste: learnTaste(records), now }, wishes)
}
