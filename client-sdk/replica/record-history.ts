import {
  canonicalJson,
  compareEdits,
  foldEdits,
  type HistoryEntry,
  historyOf,
  isRelease,
  type Json,
  ModaicsError,
} from '@modaics/shared'
import type { Account } from '../sync/account.js'
import type { RecordHistory } from '../wardrobe.js'
import type { RecordKey } from './fold-index.js'
import type { Past } from './past.js'
import type { Replica } from './replica.js'

export interface RecordHistoryOptions {
  readonly replica: Pick<Replica, 'index' | 'write'>
  readonly past: Past
  readonly wardrobeId: string
  /** of the server that is asked for what it has kept */
  readonly account: Account | null
}

/** What is known of records' pasts, here and at the server, and the way back. */
export interface RecordHistories {
  of(key: RecordKey): Promise<RecordHistory>
  /** @throws ModaicsError `not-found` where there is no such record */
  restore(version: Pick<HistoryEntry, 'kind' | 'id' | 'changes'>): Promise<void>
}

export function createRecordHistory(options: RecordHistoryOptions): RecordHistories {
  const { replica, past, wardrobeId, account } = options

  async function fromServer({ kind, id }: RecordKey): Promise<HistoryEntry[] | null> {
    if (!account) return []
    const query = `kind=${encodeURIComponent(kind)}&record=${encodeURIComponent(id)}`
    try {
      const answer = await account.request(`/v1/wardrobes/${wardrobeId}/history?${query}`)
      return ((await answer.json()) as { history: HistoryEntry[] }).history
    } catch (error) {
      if (error instanceof ModaicsError) return null // offline, signed out or not synced yet: the caller says so
      throw error
    }
  }

  return {
    async of({ kind, id }) {
      const [kept, theirs] = await Promise.all([past.of({ kind, id }), fromServer({ kind, id })])
      const own = historyOf(replica.index.live({ kind, id }), kept)
      const known = new Set(own.map(({ name }) => name.join(' ')))
      // What the server shows that this device does not know yet does not show here.
      const others = (theirs ?? []).filter(({ name }) => !known.has(name.join(' ')))
      const entries = [...own, ...others.map((entry) => ({ ...entry, shows: [] }))]
      return {
        entries: entries.sort((x, y) => compareEdits(named(y), named(x))),
        complete: theirs !== null,
      }
    },
    async restore({ kind, id, changes }) {
      const live = replica.index.live({ kind, id })
      if (live.length === 0) throw new ModaicsError('not-found', `there is no ${id} among the ${kind}`)
      const state = foldEdits(live)
      const set: Record<string, Json> = {}
      for (const [field, value] of Object.entries(changes)) {
        const shown = state.get(field)
        const same = isRelease(value)
          ? shown?.edit.src !== 'user'
          : shown !== undefined && canonicalJson(shown.value) === canonicalJson(value)
        if (!same) set[field] = value
      }
      if (Object.keys(set).length > 0) await replica.write({ kind, id, set })
    },
  }
}

function named({ name: [hlc, by] }: HistoryEntry): { hlc: number; by: string } {
  return { hlc, by }
}
