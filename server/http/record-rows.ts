import {
  feedback,
  fieldsOf,
  items,
  type Kind,
  outfitItems,
  outfits,
  photos,
  profile,
  type RecordOf,
  wears,
} from '@modaics/shared'
import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import type { Database } from '../db/database.js'

/** The canonical rows of each kind. They share the columns that this file reads by name. */
const TABLES = {
  items,
  outfits,
  outfit_items: outfitItems,
  wears,
  feedback,
  photos,
  profile,
} as const satisfies Record<Kind, unknown>

export interface Page {
  /** undefined for all */
  readonly limit: number | undefined
  /** ids after this one */
  readonly after: string | undefined
  readonly includeDeleted: boolean
}

/** Records of a wardrobe by id, which for UUIDv7 is the order in which they were made. */
export async function listRecords<K extends Kind>(
  database: Database,
  wardrobeId: string,
  kind: K,
  { limit, after, includeDeleted }: Page,
): Promise<RecordOf<K>[]> {
  const table = tableOf(kind)
  const query = database.orm
    .select()
    .from(table)
    .where(
      and(
        eq(table.wardrobeId, wardrobeId),
        after === undefined ? undefined : gt(table.id, after),
        includeDeleted ? undefined : isNull(table.deletedAt),
      ),
    )
    .orderBy(asc(table.id))
  const rows = await (limit === undefined ? query : query.limit(limit))
  return rows.map((row) => rowToRecord(kind, row))
}

/** Every record of a wardrobe that is not removed, by id. */
export function listAllRecords<K extends Kind>(
  database: Database,
  wardrobeId: string,
  kind: K,
): Promise<RecordOf<K>[]> {
  return listRecords(database, wardrobeId, kind, {
    limit: undefined,
    after: undefined,
    includeDeleted: false,
  })
}

/** One record, also a removed one; undefined where there is none. */
export async function readRecord<K extends Kind>(
  database: Database,
  wardrobeId: string,
  kind: K,
  id: string,
): Promise<RecordOf<K> | undefined> {
  const table = tableOf(kind)
  const [row] = await database.orm
    .select()
    .from(table)
    .where(and(eq(table.wardrobeId, wardrobeId), eq(table.id, id)))
  return row && rowToRecord(kind, row)
}

/** All tables have these columns; drizzle’s types cannot be told so for a kind that is a variable. */
function tableOf(kind: Kind): typeof items {
  return TABLES[kind] as unknown as typeof items
}

/** The way back from `recordToRow`. */
function rowToRecord<K extends Kind>(kind: K, row: Readonly<Record<string, unknown>>): RecordOf<K> {
  const record: Record<string, unknown> = { id: row.id }
  for (const name of Object.keys(fieldsOf(kind))) {
    const value = row[name] ?? null
    record[name] = value instanceof Date ? value.getTime() : value
  }
  record.updatedAt = (row.updatedAt as Date).getTime()
  record.extra = row.extra
  return record as unknown as RecordOf<K>
}
