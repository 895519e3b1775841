import { type EditTuple, editKey, LIMITS, ModaicsError, writeBag } from '@modaics/shared'
import * as Y from 'yjs'
import { type RecordKey, recordKey } from '../fold/fold-records.js'
import type { CommitStore, WardrobeState } from './commit-store.js'
import type { Compacted } from './compactor.js'
import type { EpochStore, Erased } from './epoch-store.js'
import { editsOf } from './logged-commit.js'
import type { Mailbox } from './mailbox.js'

export interface EpochsOptions {
  readonly epochStore: EpochStore
  readonly store: CommitStore
  readonly mailbox: (wardrobeId: string) => Mailbox
  /** a random integer below 2^32: Yjs client ids */
  readonly randomClient: () => number
  /** a new epoch begins when dead weight is more than this share of the live edits … */
  readonly deadPercent: number
  /** … and more than this; bytes */
  readonly minBytes: number
}

/** Epochs of wardrobes: fresh bags of live edits in the place of those that dead weight has outgrown. */
export interface Epochs {
  /**
   * Begins a new epoch where the snapshot has too much dead weight, or lacks an edit that is live: somebody has deleted it
   * from the array though nothing beats it. Resolves to whether it did.
   */
  consider(wardrobeId: string, compacted: Pick<Compacted, 'seq' | 'bytes' | 'bag'>): Promise<boolean>
  /** Begins a new epoch in any case. False where others committed again and again meanwhile. */
  begin(wardrobeId: string): Promise<boolean>
  /**
   * Begins a new epoch without some records, of which only tombstones stay. Resolves to what was erased: nothing where
   * `select` finds none, or where others committed again and again meanwhile.
   *
   * @param select which records; asked with everything stored and no commit in between
   */
  erase(wardrobeId: string, select: () => Promise<readonly Erased[]>): Promise<readonly Erased[]>
}

/** Every live edit of a wardrobe, as of a commit. */
interface LiveBag {
  head: number
  readonly records: Map<string, readonly EditTuple[]>
}

/** Records that are read at once. */
const PAGE = 500
const TRIES = 5

export function createEpochs(options: EpochsOptions): Epochs {
  const { epochStore, store, mailbox, randomClient, deadPercent, minBytes } = options

  async function readBag(wardrobeId: string): Promise<LiveBag> {
    const state = await store.load(wardrobeId)
    if (!state) throw new ModaicsError('not-found', 'there is no such wardrobe')
    // Only now: what the state counts may still be on its way from the write-ahead log to the records.
    await store.settled(wardrobeId)
    const records: LiveBag['records'] = new Map()
    let last: RecordKey = { kind: '', id: '' }
    for (;;) {
      const rows = await epochStore.page(wardrobeId, last, PAGE)
      for (const row of rows) records.set(recordKey(row), row.live)
      const end = rows.at(-1)
      if (!end || rows.length < PAGE) return { head: state.head, records }
      last = end
    }
  }

  /** Brings a bag up to a later state: only the records that were edited since are read again. */
  async function catchUp(wardrobeId: string, bag: LiveBag, { head }: WardrobeState): Promise<boolean> {
    if (bag.head === head) return true
    const entries = await store.read(wardrobeId, bag.head)
    if (entries.some(({ snapshot }) => snapshot)) return false
    const keys = new Map<string, RecordKey>()
    for (const { kind, id } of editsOf(entries.flatMap(({ updates }) => updates)))
      keys.set(recordKey({ kind, id }), { kind, id })
    for (const row of await epochStore.live(wardrobeId, [...keys.values()]))
      bag.records.set(recordKey(row), row.live)
    bag.head = head
    return true
  }

  async function write({
    records,
  }: LiveBag): Promise<{ client: number; length: number; pieces: Uint8Array[] }> {
    const edits: EditTuple[] = []
    for (const live of records.values()) for (const tuple of live) edits.push(tuple)
    const client = randomClient()
    const pieces: Uint8Array[] = []
    for (const piece of writeBag(client, edits, LIMITS.pieceBytes)) {
      pieces.push(piece)
      await new Promise(setImmediate)
    }
    return { client, length: edits.length, pieces }
  }

  /** One try: what was committed while the bag was read is read again with commits held up, and that is little. */
  async function turn(
    wardrobeId: string,
    bag: LiveBag,
    select: () => Promise<readonly Erased[]>,
  ): Promise<readonly Erased[] | null> {
    let gone: readonly Erased[] = []
    const done = await mailbox(wardrobeId).turn(async (state) => {
      if (!(await catchUp(wardrobeId, bag, state))) return false
      gone = await select()
      for (const key of gone) bag.records.delete(recordKey(key))
      const { client, length, pieces } = await write(bag)
      const ended = new Map<number, number>()
      for (const [writer, { clock }] of state.writers) ended.set(writer, clock)
      const { epoch: expectedEpoch, head: expectedHead } = state
      return epochStore.turn({ wardrobeId, expectedEpoch, expectedHead, ended, client, length, pieces, gone })
    })
    return done ? gone : null
  }

  async function tryTurns(
    wardrobeId: string,
    bag: LiveBag | undefined,
    select: () => Promise<readonly Erased[]>,
  ): Promise<readonly Erased[] | null> {
    let read = bag
    for (let tries = 0; tries < TRIES; tries++) {
      const gone = await turn(wardrobeId, read ?? (await readBag(wardrobeId)), select)
      if (gone) return gone
      read = undefined
    }
    return null
  }

  const begin = async (wardrobeId: string, bag?: LiveBag): Promise<boolean> =>
    (await tryTurns(wardrobeId, bag, async () => [])) !== null

  return {
    begin,
    async erase(wardrobeId, select) {
      // Restored at the last moment: then there is no reason for a new epoch.
      if ((await select()).length === 0) return []
      return (await tryTurns(wardrobeId, undefined, select)) ?? []
    },
    async consider(wardrobeId, { seq, bytes, bag: snapshot }) {
      const bag = await readBag(wardrobeId)
      // Whoever commits all the time would put it off for ever, so what came since is looked at too. Another instance
      // that compacts meanwhile looks itself.
      const since = await store.read(wardrobeId, seq)
      if (since.some((entry) => entry.snapshot)) return false
      const known = [...snapshot.live()].map(({ value }) => value as EditTuple)
      const later = editsOf(since.flatMap(({ updates }) => updates))
      if (lacksLive([...known.map(([hlc, by]) => editKey({ hlc, by })), ...later.map(editKey)], bag))
        return begin(wardrobeId, bag)
      if (bytes <= minBytes) return false
      let fresh = 0
      for (const piece of (await write(bag)).pieces) fresh += piece.byteLength
      if (bytes - fresh <= Math.max(minBytes, (fresh * deadPercent) / 100)) return false
      return begin(wardrobeId, bag)
    },
  }
}

/** Is there a live edit that is in neither the snapshot nor the log after it? */
function lacksLive(names: readonly string[], { records }: LiveBag): boolean {
  const known = new Set(names)
  for (const live of records.values())
    for (const [hlc, by] of live) if (!known.has(editKey({ hlc, by }))) return true
  return false
}

/** How far ended epochs had come with these Yjs clients. A client belongs to one document, and that to one epoch. */
export async function pastClocks(
  epochStore: EpochStore,
  wardrobeId: string,
  clients: readonly number[],
): Promise<(readonly [client: number, clock: number])[]> {
  const wanted = new Set(clients)
  const found = new Map<number, number>()
  for (const clocks of await epochStore.ended(wardrobeId)) {
    if (wanted.size === found.size) break
    for (const [client, clock] of Y.decodeStateVector(clocks))
      if (wanted.has(client) && !found.has(client)) found.set(client, clock)
  }
  return [...found]
}
