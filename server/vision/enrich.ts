import { type Json, type JsonObject, SET_ABOVE } from '@modaics/shared'
import type { Change } from '../ingest/door.js'
import type { Analysis } from './analysis.js'

/** Who made an analysis. */
export interface AnalysedBy {
  readonly analyser: string
  /** 0 where it saw in part only, see `partial` */
  readonly version: number
  /** why it saw less than it can */
  readonly partial?: string
  /** the version of the local analyser that measured the pixels of what another one saw */
  readonly pixels?: number
  /** why the analyser that was asked first is not the one that answered */
  readonly fallback?: { readonly from: string; readonly fault: string; readonly detail: string }
}

export interface PhotoSeen {
  readonly photoId: string
  readonly hash: string
  readonly itemId: string
  /** whether a failure was told before, which is over now */
  readonly failed: boolean
  readonly analysis: Analysis
  readonly by: AnalysedBy
  /** ms since 1970 */
  readonly at: number
}

/** What is written to a photo: all that was seen in it. */
export function photoChange({ photoId, hash, itemId, analysis, by, at, failed }: PhotoSeen): Change {
  const told: JsonObject = { ...(by as unknown as JsonObject), hash, itemId, ...(analysis as JsonObject) }
  return {
    kind: 'photos',
    id: photoId,
    set: { analysis: told, analysedAt: at, ...(failed ? { failure: null } : {}) },
  }
}

/** What is written to a photo whose pixels are measured later than it was analysed: what was told of it stays. */
export function pixelsChange(
  photoId: string,
  told: Json | undefined,
  features: Analysis['features'],
  version: number,
): Change {
  const analysis: JsonObject = {
    ...(told as JsonObject),
    ...(features ? { features } : {}),
    pixels: version,
  }
  return { kind: 'photos', id: photoId, set: { analysis } }
}

/** An element of a set is a hint: it is set when it is likelier than not by far, and never taken away. */
const ELEMENT_ABOVE = 0.7

/**
 * What an analysis of all its photos lets the server say of an item: what it is sure of, and has not said before.
 *
 * @param said what the server's analysis has said of the item, by field
 */
export function itemChange(
  id: string,
  analysis: Analysis,
  said: Readonly<Record<string, Json>>,
): Change | undefined {
  const set: Record<string, Json> = {}
  const confidence: Record<string, number> = {}
  const say = (field: string, value: Json, sure: number): void => {
    if (JSON.stringify(said[field]) === JSON.stringify(value)) return
    set[field] = value
    confidence[field] = sure
  }
  for (const field of ['category', 'subcategory', 'pattern', 'material', 'colors'] as const) {
    const seen = analysis[field]
    if (seen && seen.confidence >= (SET_ABOVE[field] ?? 1)) say(field, seen.value as Json, seen.confidence)
  }
  const sure = (seen: { readonly confidence: number }): boolean => seen.confidence >= ELEMENT_ABOVE
  for (const [name, seen] of Object.entries(analysis.attributes ?? {}))
    if (sure(seen)) {
      say(`attributes.${name}:${seen.value}`, true, seen.confidence)
      // of one attribute there is one value: what was said before is taken back
      for (const field of Object.keys(said))
        if (
          field.startsWith(`attributes.${name}:`) &&
          field !== `attributes.${name}:${seen.value}` &&
          said[field] === true
        )
          say(field, null, seen.confidence)
    }
  for (const field of ['seasons', 'occasions'] as const)
    for (const seen of analysis[field] ?? [])
      if (sure(seen)) say(`${field}.${seen.value}`, true, seen.confidence)
  return Object.keys(set).length > 0 ? { kind: 'items', id, set, confidence } : undefined
}
