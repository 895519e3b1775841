import {
  type ChangesOf,
  changesToSet,
  fieldsOf,
  type Json,
  type Kind,
  ModaicsError,
  RELEASE,
  type RecordOf,
} from '@modaics/shared'
import type { Replica } from './replica/replica.js'

export interface ListOptions<R> {
  /** also removed records; false unless told */
  readonly includeRemoved?: boolean
  readonly where?: (record: R) => boolean
}

/**
 * The records of one kind. Reading answers at once, from memory. Writing shows at once, and its promise resolves when the
 * edit is stored on this device: `invalid-edit`, `not-found` and `closed` reject and change nothing; `storage-full` and
 * `storage-failed` reject, and the edit still shows and is stored as soon as it can be.
 */
export interface Collection<K extends Kind> {
  add(changes: ChangesOf<K>, options?: { readonly id?: string }): Promise<RecordOf<K>>
  /** undefined where there is none, also where it was removed */
  get(id: string): RecordOf<K> | undefined
  /** in the order of their ids, which is that of their making */
  list(options?: ListOptions<RecordOf<K>>): RecordOf<K>[]
  /** how many `list()` has, without making the records */
  count(): number
  update(id: string, changes: ChangesOf<K>): Promise<RecordOf<K>>
  /** Hides the record. Its fields stay, and `restore` brings it back. */
  remove(id: string): Promise<void>
  /** Also of one that was purged, until it is erased. */
  restore(id: string): Promise<RecordOf<K>>
  /**
   * Has a record erased for good, with its history and, of a piece, its photos, on the server and every device, after a time that
   * the server sets (ERASE_AFTER_DAYS): until then `restore` keeps it. Removes it where it is not removed. Only an owner may,
   * with a connection: rejects with `forbidden`, `offline` and the other codes of the server; `invalid` without an account.
   */
  purge(id: string): Promise<Purged>
  /** Takes one's own word about a field back: what the analysis says shows again. */
  release(id: string, field: keyof ChangesOf<K> & string): Promise<RecordOf<K>>
}

/** When a record was purged, and from when on nothing is left of it; ms since 1970. */
export interface Purged {
  readonly askedAt: number
  readonly erasedAt: number
}

export interface CollectionDeps {
  readonly replica: Replica
  /** ms since 1970 */
  readonly now: () => number
  readonly newId: () => string
  /** asks the server to erase a record that it has */
  readonly purge: (key: { readonly kind: Kind; readonly id: string }) => Promise<Purged>
}

export function createCollection<K extends Kind>(
  kind: K,
  { replica, now, newId, purge }: CollectionDeps,
): Collection<K> {
  const { index } = replica
  const changes = (fields: Readonly<Record<string, Json>>): ChangesOf<K> => fields as unknown as ChangesOf<K>

  function present(id: string): RecordOf<K> {
    const record = index.get(kind, id)
    if (!record) throw new ModaicsError('not-found', `there is no ${id} among the ${kind}`)
    return record
  }

  /** What shows now, folded only for changes that are compared with it. */
  function currentFor(id: string, wanted: ChangesOf<K>): RecordOf<K> | undefined {
    const fields = fieldsOf(kind)
    for (const name in wanted) if (fields[name]?.type === 'set') return present(id)
    if (index.live({ kind, id }).length === 0) present(id)
    return undefined
  }

  async function write(
    id: string,
    wanted: ChangesOf<K>,
    current: RecordOf<K> | undefined,
  ): Promise<RecordOf<K>> {
    const set = changesToSet(kind, wanted, current)
    if (Object.keys(set).length > 0) await replica.write({ kind, id, set })
    return present(id)
  }

  return {
    async add(wanted, { id = newId() } = {}) {
      if (index.get(kind, id))
        throw new ModaicsError('conflict', `there is a ${id} among the ${kind} already`)
      return write(id, { ...changes({ createdAt: now() }), ...wanted }, undefined)
    },
    get(id) {
      const record = index.get(kind, id)
      return record && record.deletedAt === null ? record : undefined
    },
    list({ includeRemoved = false, where = () => true } = {}) {
      return index
        .list(kind)
        .filter((record) => (includeRemoved || record.deletedAt === null) && where(record))
        .sort((x, y) => (x.id < y.id ? -1 : 1))
    },
    count: () => index.count(kind),
    update: async (id, wanted) => write(id, wanted, currentFor(id, wanted)),
    async remove(id) {
      if (present(id).deletedAt === null) await write(id, changes({ deletedAt: now() }), undefined)
    },
    async purge(id) {
      await this.remove(id)
      return purge({ kind, id })
    },
    async restore(id) {
      const record = present(id)
      return record.deletedAt === null ? record : write(id, changes({ deletedAt: null }), undefined)
    },
    async release(id, field) {
      present(id)
      // Of a set, every element that a person has put in or taken out.
      const names = new Set<string>()
      for (const edit of index.live({ kind, id }))
        if (edit.src === 'user')
          for (const name of Object.keys(edit.set))
            if (name === field || name.startsWith(`${field}.`)) names.add(name)
      if (names.size > 0)
        await replica.write({ kind, id, set: Object.fromEntries([...names].map((name) => [name, RELEASE])) })
      return present(id)
    },
  }
}
