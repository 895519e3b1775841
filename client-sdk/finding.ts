import {
  decidedFields,
  lookalikes,
  ModaicsError,
  type RecordOf,
  searchSql,
  similarItems,
  suggest,
} from '@modaics/shared'
import type { Collection } from './collection.js'
import type { Sql } from './query/sql.js'
import type { Replica } from './replica/replica.js'
import type { Wardrobe } from './wardrobe.js'

export interface FindingDeps {
  readonly replica: Replica
  readonly items: Collection<'items'>
  readonly photos: Collection<'photos'>
  readonly sql: Sql
}

/** Search, pieces like one, and what the analysis offers. */
export function createFinding({
  replica,
  items,
  photos,
  sql,
}: FindingDeps): Pick<Wardrobe, 'search' | 'similar' | 'suggestions' | 'accept'> {
  const { index } = replica

  function present(itemId: string): RecordOf<'items'> {
    const item = items.get(itemId)
    if (!item) throw new ModaicsError('not-found', `there is no ${itemId} among the items`)
    return item
  }

  return {
    async search(request) {
      const search = searchSql(request, null)
      if (!search) throw new ModaicsError('invalid', 'color is not a colour such as #1f2a44')
      const rows = await sql.query<{ id: string }>(search.text, search.params)
      return rows.flatMap(({ id }) => index.get('items', id) ?? [])
    },
    similar: (itemId, limit) =>
      similarItems(index.list('items'), itemId, {
        ...(limit === undefined ? {} : { limit }),
        lookalikes: lookalikes(photos.list(), itemId),
      }).flatMap(({ id, similarity }) => {
        const item = index.get('items', id)
        return item ? [{ item, similarity }] : []
      }),
    suggestions: (itemId) =>
      suggest(present(itemId), photos.list(), decidedFields(index.live({ kind: 'items', id: itemId }))),
    async accept({ itemId, set }) {
      const item = present(itemId)
      await replica.write({ kind: 'items', id: itemId, set })
      return items.get(itemId) ?? item
    },
  }
}
