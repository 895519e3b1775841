import type { Json, JsonObject } from '../domain/json.js'
import type { PhotoAnalysis } from './photo-analysis.js'

/** What an analysis says of the fields of an item. */
export interface FieldsSeen {
  /** values sure enough to be set, with the confidence of each */
  readonly set: JsonObject
  readonly confidence: Readonly<Record<string, number>>
  /** values to be offered to a person, who may take one: the likeliest first */
  readonly offers: Readonly<
    Record<string, readonly { readonly value: string; readonly confidence: number }[]>
  >
}

/** How sure an analysis must be of a field's value to set it. Below that it is offered. */
export const SET_ABOVE: Readonly<Record<string, number>> = {
  category: 0.6,
  subcategory: 0.6,
  // on photos of people not learnt from nine in ten are right above this, three in five just below it
  pattern: 0.7,
  material: 0.7,
  // a wrong colour is easily seen and put right, and no colour leaves outfits without harmony
  colors: 0.5,
}

/** Splits what was seen into what is set and what is offered. */
export function fieldsSeen({ colors, pattern, kinds = [] }: PhotoAnalysis): FieldsSeen {
  const set: Record<string, Json> = {}
  const confidence: Record<string, number> = {}
  const offers: Record<string, { value: string; confidence: number }[]> = {}

  const sure = (field: string, seen: { readonly confidence: number }): boolean =>
    seen.confidence >= (SET_ABOVE[field] ?? 1)
  if (colors && sure('colors', colors)) {
    set.colors = colors.value.map((color) => ({ ...color }))
    confidence.colors = colors.confidence
  }
  if (pattern && sure('pattern', pattern)) {
    set.pattern = pattern.value
    confidence.pattern = pattern.confidence
  } else if (pattern) offers.pattern = [pattern]

  for (const field of ['category', 'subcategory'] as const) {
    const likelihood = new Map<string, number>()
    for (const kind of kinds) {
      const value = kind[field]
      if (value) likelihood.set(value, (likelihood.get(value) ?? 0) + kind.confidence)
    }
    const ranked = [...likelihood]
      .map(([value, sum]) => ({ value, confidence: Math.min(1, sum) }))
      .sort((x, y) => y.confidence - x.confidence)
    const [first] = ranked
    if (!first) continue
    if (sure(field, first)) {
      set[field] = first.value
      confidence[field] = first.confidence
    } else offers[field] = ranked
  }
  return { set, confidence, offers }
}
