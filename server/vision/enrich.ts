import type { Json, JsonObject } from '@modaics/shared'
import type { Change } from '../ingest/door.js'
import type { Analysis } from './analysis.js'

/** The fields of an item that an analysis fills in, and how sure it must be to do so. */
const ENRICHED: readonly { readonly field: keyof Analysis & string; readonly above: number }[] = [
  { field: 'category', above: 0.6 },
  { field: 'subcategory', above: 0.6 },
  { field: 'pattern', above: 0.6 },
  { field: 'material', above: 0.7 },
  // a wrong colour is easily seen and put right, and no colour leaves outfits without harmony
  { field: 'colors', above: 0.25 },
]

/** Who made an analysis. */
export interface AnalysedBy {
  readonly analyser: string
  readonly version: number
  /** why the analyser that was asked first is not the one that answered */
  readonly fallback?: { readonly from: string; readonly fault: string; readonly detail: string }
}

export interface Enrichment {
  readonly photoId: string
  readonly hash: string
  readonly itemId: string
  /** whether this photo speaks for its item, or only for itself */
  readonly leads: boolean
  /** whether a failure was told before, which is over now */
  readonly failed: boolean
  readonly analysis: Analysis
  readonly by: AnalysedBy
  /** ms since 1970 */
  readonly at: number
}

/** What an analysis lets the server write: on the photo all of it, on the item what it is sure of. */
export function enrichmentToChanges(enrichment: Enrichment): Change[] {
  const { photoId, hash, itemId, analysis, by, at } = enrichment
  const told: JsonObject = { ...(by as unknown as JsonObject), hash, itemId, ...(analysis as JsonObject) }
  const photo: Change = {
    kind: 'photos',
    id: photoId,
    set: { analysis: told, analysedAt: at, ...(enrichment.failed ? { failure: null } : {}) },
  }
  const item = enrichment.leads ? itemChange(itemId, analysis) : undefined
  return item ? [item, photo] : [photo]
}

function itemChange(id: string, analysis: Analysis): Change | undefined {
  const set: Record<string, Json> = {}
  const confidence: Record<string, number> = {}
  for (const { field, above } of ENRICHED) {
    const seen = analysis[field]
    if (!seen || seen.confidence < above) continue
    set[field] = seen.value as Json
    confidence[field] = seen.confidence
  }
  return Object.keys(set).length > 0 ? { kind: 'items', id, set, confidence } : undefined
}
