import type { Json } from '../domain/json.js'

/** Who says so: a person, the server's analysis, or the device's own. Other sources are kept, and never shown. */
export type Source = 'user' | 'vision' | 'device'

/** Sources by precedence: the visible value is that of the first which has one. */
export const SOURCES: readonly Source[] = ['user', 'vision', 'device']

/** The name of an edit: unique in a wardrobe. */
export type EditName = readonly [hlc: number, by: string]

/** At time `hlc`, the writer `by` set these fields of this record. */
export interface Edit {
  readonly hlc: number
  /** `device/writer` */
  readonly by: string
  readonly kind: string
  readonly id: string
  /** field → value; `null` clears; `tags.linen` is one element of the set `tags` */
  readonly set: Readonly<Record<string, Json>>
  /** field → names of the live edits of that field and source that the author saw and beats */
  readonly over: Readonly<Record<string, readonly EditName[]>>
  readonly src: string
  /** field → confidence, 0 to 1; carried by vision and device edits */
  readonly confidence: Readonly<Record<string, number>>
}

/** An edit as it travels: `[hlc, by, kind, id, set, over?, src?, confidence?]`. */
export type EditTuple = readonly [
  hlc: number,
  by: string,
  kind: string,
  id: string,
  set: Edit['set'],
  over?: Edit['over'],
  src?: string,
  confidence?: Edit['confidence'],
]

const NONE = Object.freeze({})

export function editToTuple(edit: Edit): EditTuple {
  const { hlc, by, kind, id, set, over, src, confidence } = edit
  if (Object.keys(confidence).length > 0) return [hlc, by, kind, id, set, over, src, confidence]
  if (src !== 'user') return [hlc, by, kind, id, set, over, src]
  if (Object.keys(over).length > 0) return [hlc, by, kind, id, set, over]
  return [hlc, by, kind, id, set]
}

/** For tuples that have been checked (see `checkEdit`), or that a checked log holds. */
export function tupleToEdit(tuple: EditTuple): Edit {
  const [hlc, by, kind, id, set, over, src, confidence] = tuple
  return { hlc, by, kind, id, set, over: over ?? NONE, src: src ?? 'user', confidence: confidence ?? NONE }
}

/** The order of edits: by clock, ties by writer. Positive when `x` is the later one. */
export function compareEdits(x: Pick<Edit, 'hlc' | 'by'>, y: Pick<Edit, 'hlc' | 'by'>): number {
  return x.hlc - y.hlc || (x.by < y.by ? -1 : x.by > y.by ? 1 : 0)
}

/** The name as one string, to key maps with. */
export function editKey(edit: Pick<Edit, 'hlc' | 'by'>): string {
  return `${edit.hlc}|${edit.by}`
}

/** The device part of a writer id. */
export function deviceOf(by: string): string {
  const slash = by.indexOf('/')
  return slash < 0 ? by : by.slice(0, slash)
}

/**
 * A user's edit with this value takes the user's word back: the analysis shows again.
 * (`null` is different: it says that the field is empty, and hides the analysis.)
 */
export const RELEASE: Json = Object.freeze({ $: 'release' })

export function isRelease(value: Json): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    (value as { $?: Json }).$ === 'release' &&
    Object.keys(value).length === 1
  )
}
