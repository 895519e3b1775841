import { type Json, type Lookalikes, lookalikes } from '@modaics/shared'
import { type Database, sqlState } from '../db/database.js'

/** Compares a piece's photos with those of the other pieces of its wardrobe: see `lookalikes` of `@modaics/shared`. */
export type FindLookalikes = (wardrobeId: string, itemId: string) => Promise<Lookalikes>

/**
 * In the database where it has pgvector, in memory where it has not; the answers are the same. Which of them is found out with
 * the first question. An extension that is there and not yet created is created, where this user may.
 */
export function createLookalikes(database: Pick<Database, 'query'>): FindLookalikes {
  let chosen: Promise<FindLookalikes> | undefined
  return async (wardrobeId, itemId) => {
    chosen ??= haveVectors(database).then((has) =>
      has ? createVectorLookalikes(database) : createMemoryLookalikes(database),
    )
    chosen.catch(() => {
      chosen = undefined
    })
    return (await chosen)(wardrobeId, itemId)
  }
}

/** The photos of the wardrobe are read, and compared here. */
export function createMemoryLookalikes({ query }: Pick<Database, 'query'>): FindLookalikes {
  return async (wardrobeId, itemId) => {
    const rows = await query<{ item_id: string; features: Json }>(
      `select p.item_id, p.analysis->'features' as features from photos p
       where p.wardrobe_id = $1 and p.deleted_at is null and p.item_id is not null
         and jsonb_typeof(p.analysis->'features') = 'object'`,
      [wardrobeId],
    )
    const photos = rows.map(({ item_id, features }) => ({
      itemId: item_id,
      analysis: { features },
      deletedAt: null,
    }))
    return lookalikes(photos, itemId)
  }
}

/** What cannot be compared is left out before it is cast: a person may have written anything there. */
const SEEN = `select p.item_id, p.analysis->'features'->>'eyes' as eyes,
    case when jsonb_typeof(p.analysis->'features'->'values') is distinct from 'array' then null
      when jsonb_array_length(p.analysis->'features'->'values') not between 1 and 256 then null
      when jsonb_path_exists(p.analysis->'features'->'values',
        'strict $[*] ? (@.type() != "number" || @ > 127 || @ < -127)') then null
      else (p.analysis->'features'->'values')::text::vector end as seen
  from photos p where p.wardrobe_id = $1 and p.deleted_at is null and p.item_id is not null`

/**
 * By the cosine distance of pgvector over all photos of the wardrobe: those are thousands at most, so that a scan is exact and
 * takes milliseconds. An index over all wardrobes would find the neighbours of others first.
 */
export function createVectorLookalikes({ query }: Pick<Database, 'query'>): FindLookalikes {
  return async (wardrobeId, itemId) => {
    const rows = await query<{ id: string; likeness: number }>(
      `with seen as materialized (select * from (${SEEN}) s where seen is not null and vector_norm(seen) > 0)
       select other.item_id as id, max(1 - (own.seen <=> other.seen))::float8 as likeness
       from seen own join seen other on other.eyes = own.eyes and other.item_id <> own.item_id
         and vector_dims(other.seen) = vector_dims(own.seen)
       where own.item_id = $2 group by other.item_id`,
      [wardrobeId, itemId],
    )
    return new Map(rows.map(({ id, likeness }) => [id, likeness]))
  }
}

async function haveVectors({ query }: Pick<Database, 'query'>): Promise<boolean> {
  const probe = async (): Promise<boolean> => {
    try {
      await query(`select '[1]'::vector <=> '[1]'::vector`)
      return true
    } catch (error) {
      if (sqlState(error) === UNDEFINED_OBJECT) return false
      throw error
    }
  }
  if (await probe()) return true
  const available = await query(`select 1 from pg_available_extensions where name = 'vector'`)
  if (available.length === 0) return false
  try {
    await query('create extension if not exists vector')
  } catch (error) {
    // this user may not, or another instance is at it
    if (sqlState(error) === undefined) throw error
  }
  return probe()
}

/** There is no type of that name. */
const UNDEFINED_OBJECT = '42704'
