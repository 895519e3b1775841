import { type Compaction, createCompaction, LIMITS, packFrames, unpackFrames } from '@modaics/shared'
import type { Database } from '../db/database.js'
import { createTurns } from '../fold/in-turns.js'

export interface CompactorOptions {
  readonly database: Database
  /** a log that is larger than this, and than a tenth of its snapshot, is compacted; bytes */
  readonly minBytes: number
  readonly onError: (error: unknown, wardrobeId: string) => void
  /** resolves when the database has every commit; at once unless told */
  readonly settled?: (wardrobeId: string) => Promise<void>
  /** after a compaction, with what it came to */
  readonly onCompacted?: (wardrobeId: string, compacted: Compacted) => Promise<void>
  /** how long commits gather before it is looked whether there is enough, in ms; 2 s unless told */
  readonly gatherMs?: number
}

/** What stands in the snapshot now. */
export interface Compacted {
  readonly epoch: number
  readonly seq: number
  /** of the snapshot */
  readonly bytes: number
  readonly bag: Compaction
}

/** Folds logs into snapshots, one wardrobe at a time, in the background. */
export interface Compactor {
  /**
   * Something was committed.
   *
   * @param anyway is compacted soon, however little there is: it may have lost an edit that is live (`Epochs.consider`)
   */
  touched(wardrobeId: string, anyway?: boolean): void
  /** Compacts now, however little there is. Null where there was nothing, or another instance was first. */
  compact(wardrobeId: string): Promise<Compacted | null>
  /** Looks through all wardrobes: another process may have left long logs. Then looks whenever some were touched. */
  start(): void
  stop(): Promise<void>
}

/** The newest commits stay in the log: who was away for a moment gets those, and not the snapshot. */
const KEPT_SHARE = 1 / 20
/** A log of this share of its snapshot is worth a compaction. */
const LOG_SHARE = 1 / 10
/** Bytes of log in memory at once. */
const SLICE_BYTES = 4_194_304

type Place = {
  readonly epoch: number
  readonly head_seq: number
  readonly snapshot_seq: number
  readonly log_start: number
  readonly updates: Uint8Array | null
}

export function createCompactor(options: CompactorOptions): Compactor {
  const { database, minBytes, onError, settled, onCompacted, gatherMs = 2_000 } = options
  const waiting = new Set<string>()
  /** of these, what is due in any case */
  const doubtful = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> | null = null
  let stopped = false

  function later(): void {
    if (stopped || timer || running || waiting.size === 0) return
    timer = setTimeout(() => {
      timer = null
      running = compactDue().finally(() => {
        running = null
        later()
      })
    }, gatherMs)
    timer.unref()
  }

  async function compactDue(): Promise<void> {
    const touched = [...waiting]
    waiting.clear()
    const anyway = [...doubtful]
    doubtful.clear()
    for (const wardrobeId of anyway)
      await settled?.(wardrobeId).catch((error: unknown) => onError(error, wardrobeId))
    const due = await findDue(touched).catch((error: unknown) => {
      onError(error, '')
      return []
    })
    for (const wardrobeId of new Set([...anyway, ...due])) {
      if (stopped) return
      await compact(wardrobeId).catch((error: unknown) => onError(error, wardrobeId))
    }
  }

  /** @param among null for all */
  async function findDue(among: readonly string[] | null): Promise<string[]> {
    const rows = await database.query<{ id: string }>(
      `select w.id from wardrobes w left join snapshots s on s.wardrobe_id = w.id
        where ($1::text is null or w.id in (select value::uuid from jsonb_array_elements_text($1::text::jsonb)))
          and (select sum(octet_length(l.updates)) from log l where l.wardrobe_id = w.id and l.seq > w.snapshot_seq)
            > greatest($2::bigint, coalesce(octet_length(s.updates), 0) * $3::double precision)`,
      [among && JSON.stringify(among), minBytes, LOG_SHARE],
    )
    return rows.map(({ id }) => id)
  }

  async function compact(wardrobeId: string): Promise<Compacted | null> {
    const [place] = await database.query<Place>(
      `select w.epoch, w.head_seq, w.snapshot_seq, w.log_start, s.updates
         from wardrobes w left join snapshots s on s.wardrobe_id = w.id where w.id = $1`,
      [wardrobeId],
    )
    if (!place) return null
    const bag = createCompaction()
    const turns = createTurns()
    for (const update of place.updates ? unpackFrames(place.updates) : []) {
      bag.add(update)
      await turns()
    }
    const sizes: { seq: number; bytes: number }[] = []
    let seq = place.snapshot_seq
    // Up to where it was: who commits all the time would be followed for ever.
    while (seq < place.head_seq) {
      const slice = await readSlice(wardrobeId, seq)
      if (slice.length === 0) break
      for (const entry of slice) {
        for (const update of unpackFrames(entry.updates))
          if (!bag.follows(update)) return requireOtherCompaction(wardrobeId, place)
        sizes.push({ seq: entry.seq, bytes: entry.updates.byteLength })
        seq = entry.seq
        await turns()
      }
    }
    if (seq === place.snapshot_seq) return null
    const pieces: Uint8Array[] = []
    for (const piece of bag.write(LIMITS.pieceBytes)) {
      pieces.push(piece)
      await turns()
    }
    const updates = packFrames(pieces)
    const keptAfter = Math.max(place.log_start, newestWithin(sizes, updates.byteLength * KEPT_SHARE))
    const [row] = await database.query<{ done: boolean }>(
      `select modaics_compact($1::uuid, $2::integer, $3::bigint, $4::bigint, $5::bigint, $6::bytea) as done`,
      [wardrobeId, place.epoch, place.snapshot_seq, seq, keptAfter, updates],
    )
    if (!row?.done) return null
    const compacted = { epoch: place.epoch, seq, bytes: updates.byteLength, bag }
    await onCompacted?.(wardrobeId, compacted)
    return compacted
  }

  /** Another has compacted meanwhile, and what it folded has left the log. @throws where none has: the log has a gap */
  async function requireOtherCompaction(wardrobeId: string, { snapshot_seq }: Place): Promise<null> {
    const [now] = await database.query<Pick<Place, 'snapshot_seq'>>(
      'select snapshot_seq from wardrobes where id = $1',
      [wardrobeId],
    )
    if (now?.snapshot_seq === snapshot_seq) throw new Error('structs are missing in the log')
    return null
  }

  function readSlice(wardrobeId: string, after: number): Promise<{ seq: number; updates: Uint8Array }[]> {
    return database.query(
      `select seq, updates from (
         select seq, updates, sum(octet_length(updates)) over (order by seq) - octet_length(updates) as before
           from (select * from log where wardrobe_id = $1 and seq > $2 order by seq limit 1000) as next
       ) as slice where before < $3 order by seq`,
      [wardrobeId, after, SLICE_BYTES],
    )
  }

  return {
    touched(wardrobeId, anyway = false) {
      waiting.add(wardrobeId)
      if (anyway) doubtful.add(wardrobeId)
      later()
    },
    compact,
    start() {
      running = findDue(null)
        .then((due) => {
          for (const id of due) waiting.add(id)
        })
        .catch((error: unknown) => onError(error, ''))
        .finally(() => {
          running = null
          later()
        })
    },
    async stop() {
      stopped = true
      if (timer) clearTimeout(timer)
      await running
    },
  }
}

/** After which commit what is newer takes at most so many bytes. */
function newestWithin(sizes: readonly { seq: number; bytes: number }[], bytes: number): number {
  let size = 0
  for (let i = sizes.length - 1; i >= 0; i--) {
    const entry = sizes[i] as { seq: number; bytes: number }
    size += entry.bytes
    if (size > bytes) return entry.seq
  }
  return 0
}
