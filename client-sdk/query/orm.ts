import { conflicts, feedback, items, outfitItems, outfits, photos, profile, wears } from '@modaics/shared'
import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy'
import type { Projection } from '../projection/projection.js'
import { refuseWrite } from './sql.js'

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

/** Types that drizzle parses itself, from PostgreSQL's own text, by oid. */
const AS_TEXT = Object.fromEntries(
  // json, jsonb: a parsed text would be parsed once more, and "2024" become 2024; dates and times likewise.
  [114, 3802, 1082, 1114, 1184, 1186, 1115, 1182, 1185, 1187, 1231].map((oid) => [
    oid,
    (text: string) => text,
  ]),
)

/**
 * Usable at once: a query waits until the rows are there, and sees everything that was written before it was called.
 * drizzle's own driver for PGlite would load PGlite with the SDK; this one does not.
 *
 * @param ready the projection, when it is open
 * @param settled resolves when everything written before the call is projected
 */
export function createOrm(ready: Promise<Projection>, settled: () => Promise<void>): Orm {
  ready.catch(() => undefined)
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
    async (text, params, method) => {
      const { pglite } = await ready
      await settled()
      const options = method === 'all' ? { rowMode: 'array' as const, parsers: AS_TEXT } : {}
      return pglite.query(text, params, options).catch(refuseWrite)
    },
    { schema },
  )
}
