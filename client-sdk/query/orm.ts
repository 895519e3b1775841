import { conflicts, feedback, items, outfitItems, outfits, photos, profile, wears } from '@modaics/shared'
import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy'
import type { Database } from './database.js'

export interface WardrobeSchema extends Record<string, unknown> {
  readonly items: typeof items
  readonly outfits: typeof outfits
  readonly outfitItems: typeof outfitItems
  readonly wears: typeof wears
  readonly feedback: typeof feedback
  readonly photos: typeof photos
  readonly profile: typeof profile
  readonly conflicts: typeof conflicts
}

/** drizzle over the rows of a wardrobe: what reads. Writing goes through the wardrobe. */
export type Orm = Pick<
  PgRemoteDatabase<WardrobeSchema>,
  'select' | 'selectDistinct' | 'selectDistinctOn' | 'with' | '$with' | '$count' | 'query' | 'execute'
>

/**
 * Usable at once: a query waits until the rows are there, and sees everything that was written before it was called.
 * drizzle's own driver for PGlite would load PGlite with the SDK; this one does not.
 */
export function createOrm(database: Database): Orm {
  const schema: WardrobeSchema = {
    items,
    outfits,
    outfitItems,
    wears,
    feedback,
    photos,
    profile,
    conflicts,
  }
  return drizzle(
    // What drizzle takes is wider than the rows: of `execute` it passes on what it gets.
    async (text, params, method) =>
      (await database.query(text, params, method === 'all' ? 'texts' : 'objects')) as { rows: unknown[] },
    { schema },
  )
}
