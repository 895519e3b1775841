import type { Json, JsonObject } from './json.js'
import type { Field, KINDS, Kind } from './kinds.js'

/** A colour of a piece. `share` is the part of the garment's area, 0 to 1. */
export interface ItemColor {
  /** sRGB, `#rrggbb` */
  readonly hex: string
  readonly name?: string
  readonly share?: number
}

/** What the JSON fields hold, where it is known. */
interface JsonFields {
  readonly colors: readonly ItemColor[]
  readonly itemIds: readonly string[]
  readonly insteadIds: readonly string[]
  readonly context: JsonObject
  readonly analysis: JsonObject
  readonly failure: { readonly code: string; readonly detail: string }
  readonly preferences: JsonObject
}

type ValueOf<F extends Field, Name> = F['type'] extends 'text'
  ? string
  : F['type'] extends 'number' | 'timestamp'
    ? number
    : F['type'] extends 'boolean'
      ? boolean
      : F['type'] extends 'set'
        ? readonly string[]
        : Name extends keyof JsonFields
          ? JsonFields[Name]
          : Json

/**
 * A record as it is read: every field, `null` where nothing is set; sets are sorted and may be empty.
 * Timestamps are milliseconds since 1970, UTC.
 */
export type RecordOf<K extends Kind> = {
  readonly [Name in keyof (typeof KINDS)[K]]: (typeof KINDS)[K][Name] extends Field
    ? (typeof KINDS)[K][Name]['type'] extends 'set'
      ? readonly string[]
      : ValueOf<(typeof KINDS)[K][Name], Name> | null
    : never
} & {
  readonly id: string
  /** when the newest edit of the record was made */
  readonly updatedAt: number
  /** fields that this version does not know, by name */
  readonly extra: JsonObject
}

/** What may be written: any fields; `null` clears one; a set is replaced as a whole (element by element in the edit). */
export type ChangesOf<K extends Kind> = {
  readonly [Name in keyof (typeof KINDS)[K]]?: (typeof KINDS)[K][Name] extends Field
    ? ValueOf<(typeof KINDS)[K][Name], Name> | null
    : never
} & { readonly extra?: JsonObject }

export type Item = RecordOf<'items'>
export type Outfit = RecordOf<'outfits'>
export type OutfitItem = RecordOf<'outfit_items'>
export type Wear = RecordOf<'wears'>
export type Feedback = RecordOf<'feedback'>
export type Photo = RecordOf<'photos'>
export type Profile = RecordOf<'profile'>
