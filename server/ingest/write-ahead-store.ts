import { type Edit, ModaicsError } from '@modaics/shared'
import { isStorageFull, isUnstorable } from '../db/database.js'
import type { Commit, CommitStore } from './commit-store.js'
import type { Writer } from './judge.js'
import { decodeLoggedCommit, editsOf, encodeLoggedCommit } from './logged-commit.js'
import type { WriteAheadLog } from './write-ahead-log.js'

export interface WriteAheadOptions {
  /** where commits end up; nobody else may commit to it */
  readonly store: CommitStore
  readonly log: WriteAheadLog
  readonly onError: (error: unknown, wardrobeId: string) => void
}

export interface WriteAheadStore extends CommitStore {
  /** Leaves nothing in the log that the store has already. */
  forgetStored(): void
  /** Waits until everything is in the store. */
  close(): Promise<void>
}

/** Commits of one wardrobe on their way from the log into the store, gathered into one. */
interface Queue {
  expectedHead: number
  head: number
  updates: Uint8Array[]
  bytes: number
  readonly writers: Map<number, Writer>
  readonly edits: Edit[]
}

/** What one wardrobe may have waiting before its next commit waits too. */
const MAX_WAITING_BYTES = 16_777_216
/** The log is emptied when it is this large and nothing waits. */
const CLEAR_BYTES = 8_388_608
/**
 * How long no commit must come before those that have gathered are written, unless somebody waits for them, in ms: one
 * large write takes the database and this thread less than many small ones, and whoever edits is not in its way.
 */
const GATHER_MS = 500
/** After so many of these times they are written though more keep coming. */
const MAX_GATHERS = 6
/** Between tries, when the store fails, in ms. */
const RETRY_MS = 1_000

/**
 * For the embedded database: a commit is done once the write-ahead log has it on disk, and goes into the database right
 * after, together with those that came meanwhile. Whoever reads waits for that. (docs/decisions)
 */
export async function openWriteAheadStore({
  store,
  log,
  onError,
}: WriteAheadOptions): Promise<WriteAheadStore> {
  const waiting = new Map<string, Queue>()
  /** what is being written, or will be once more: the store may have it */
  const writing = new Map<string, Queue>()
  /** what the store refuses for good: acknowledged, so it stays in the log, and its wardrobe takes no more */
  const stuck = new Map<string, Queue>()
  const heads = new Map<string, number>()
  const readers = new Map<string, { until: number; resolve: () => void }[]>()
  let running: Promise<void> | null = null
  /** ends the pause of the moment */
  let wakeUp: (() => void) | null = null
  let hurried = false
  /** a commit has come during the pause of the moment */
  let gaining = false
  let closed = false

  await recover()

  async function recover(): Promise<void> {
    for (const frame of log.recovered) {
      const { wardrobeId, head, updates, writers } = decodeLoggedCommit(frame)
      const state = await store.load(wardrobeId)
      if (!state || state.head >= head) continue
      const before = stuck.get(wardrobeId)
      const queue = before ?? newQueue(state.head)
      gather(queue, { head, updates, writers, edits: editsOf(updates) })
      if (!before) await write(wardrobeId, queue).catch((error) => giveUp(wardrobeId, queue, error))
    }
    forgetStored()
  }

  /** Puts a queue aside that the store refuses for good. @throws any other error */
  function giveUp(wardrobeId: string, queue: Queue, error: unknown): void {
    if (!isForGood(error)) throw error
    stuck.set(wardrobeId, queue)
    onError(refusalOf(wardrobeId, error), wardrobeId)
    failReaders(wardrobeId)
  }

  function forgetStored(): void {
    const unstored = [stuck, writing, waiting].flatMap((queues) => [...queues])
    log.clear(unstored.map(([wardrobeId, queue]) => encodeLoggedCommit({ wardrobeId, ...queue })))
  }

  function enqueue(commit: Commit): void {
    const { wardrobeId } = commit
    gaining = true
    const queue = waiting.get(wardrobeId) ?? newQueue(commit.expectedHead)
    waiting.set(wardrobeId, gather(queue, commit))
    if (running) return
    running = drain().finally(() => {
      running = null
    })
    running.catch(() => {}) // it ends early only in `close`, which says so
  }

  async function drain(): Promise<void> {
    while (waiting.size > 0 || writing.size > 0) {
      await untilQuiet()
      hurried = false
      let failure: unknown
      for (const wardrobeId of new Set([...writing.keys(), ...waiting.keys()])) {
        // What was tried before is tried again as it was: its answer may have been lost, and then it is there.
        const queue = writing.get(wardrobeId) ?? take(wardrobeId)
        if (!queue) continue
        writing.set(wardrobeId, queue)
        try {
          await write(wardrobeId, queue)
          writing.delete(wardrobeId)
          settle(wardrobeId, queue.head)
        } catch (error) {
          if (isForGood(error)) {
            writing.delete(wardrobeId)
            const later = take(wardrobeId)
            giveUp(wardrobeId, later ? gather(queue, later) : queue, error)
          } else {
            // It has been acknowledged: it is tried until it is done. The other wardrobes go on meanwhile.
            onError(error, wardrobeId)
            failure = error
          }
        }
        // Between two writes the sockets have their turn.
        await new Promise(setImmediate)
      }
      if (failure === undefined) continue
      if (closed) throw failure
      await pause(RETRY_MS)
    }
    if (log.bytes > CLEAR_BYTES || log.failed) forgetStored()
  }

  async function untilQuiet(): Promise<void> {
    gaining = true
    for (let times = 0; times < MAX_GATHERS && gaining && !hurried && !closed; times++) {
      gaining = false
      await pause(GATHER_MS)
    }
  }

  function take(wardrobeId: string): Queue | undefined {
    const queue = waiting.get(wardrobeId)
    waiting.delete(wardrobeId)
    return queue
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        wakeUp = null
        resolve()
      }
      const timer = setTimeout(end, ms)
      wakeUp = end
    })
  }

  /** Somebody waits for what is not written yet. */
  function hurry(): void {
    hurried = true
    wakeUp?.()
  }

  /** What the store does not have yet, in order. */
  const unstored = (wardrobeId: string): Queue[] =>
    [stuck.get(wardrobeId), writing.get(wardrobeId), waiting.get(wardrobeId)].filter(
      (queue) => queue !== undefined,
    )

  function requireSound(wardrobeId: string): void {
    if (stuck.has(wardrobeId))
      throw new ModaicsError('storage-damaged', `the database refuses what wardrobe ${wardrobeId} holds`)
  }

  async function write(wardrobeId: string, queue: Queue): Promise<void> {
    if (await store.commit({ wardrobeId, ...queue })) return
    // One whose answer was lost is done all the same.
    const state = await store.load(wardrobeId)
    // A wardrobe that was deleted meanwhile needs none.
    if (state && state.head !== queue.head)
      throw new ModaicsError('storage-damaged', `somebody else has committed to wardrobe ${wardrobeId}`)
  }

  function settle(wardrobeId: string, head: number): void {
    if (!waiting.has(wardrobeId)) heads.delete(wardrobeId)
    const later = []
    for (const reader of readers.get(wardrobeId) ?? []) {
      if (reader.until <= head) reader.resolve()
      else later.push(reader)
    }
    if (later.length > 0) readers.set(wardrobeId, later)
    else readers.delete(wardrobeId)
  }

  function failReaders(wardrobeId: string): void {
    for (const { resolve } of readers.get(wardrobeId) ?? []) resolve()
    readers.delete(wardrobeId)
    heads.delete(wardrobeId)
  }

  async function settled(wardrobeId: string): Promise<void> {
    requireSound(wardrobeId)
    const until = heads.get(wardrobeId)
    if (until === undefined) return
    hurry()
    await new Promise<void>((resolve) => {
      const others = readers.get(wardrobeId) ?? []
      readers.set(wardrobeId, [...others, { until, resolve }])
    })
    requireSound(wardrobeId)
  }

  return {
    async load(wardrobeId) {
      const tail = unstored(wardrobeId)
      const state = await store.load(wardrobeId)
      const last = tail.at(-1)
      if (!state || !last || last.head <= state.head) return state
      const writers = new Map(state.writers)
      for (const queue of tail) for (const [client, writer] of queue.writers) writers.set(client, writer)
      return { ...state, head: last.head, writers }
    },
    async folds(wardrobeId, keys) {
      await settled(wardrobeId)
      return store.folds(wardrobeId, keys)
    },
    async newestStamps(wardrobeId, writers) {
      const tail = unstored(wardrobeId).flatMap(({ edits }) => edits)
      const stamps = new Map(await store.newestStamps(wardrobeId, writers))
      for (const { by, hlc } of tail)
        if (writers.includes(by) && hlc > (stamps.get(by) ?? 0)) stamps.set(by, hlc)
      return stamps
    },
    async commit(commit) {
      const { wardrobeId, expectedHead, head } = commit
      requireSound(wardrobeId)
      if ((waiting.get(wardrobeId)?.bytes ?? 0) > MAX_WAITING_BYTES) await settled(wardrobeId)
      if ((heads.get(wardrobeId) ?? expectedHead) !== expectedHead) return false
      let synced: Promise<void>
      try {
        synced = log.append(encodeLoggedCommit(commit))
      } catch (cause) {
        const code = isStorageFull(cause) ? 'storage-full' : 'storage-failed'
        throw new ModaicsError(code, 'the write-ahead log cannot be written', { cause })
      }
      // It is committed, whatever becomes of the disk: only the answer waits for it.
      heads.set(wardrobeId, head)
      enqueue(commit)
      try {
        await synced
      } catch (cause) {
        throw new ModaicsError('storage-failed', 'the disk of the write-ahead log does not sync', { cause })
      }
      return true
    },
    async read(wardrobeId, after) {
      // What is handed out under one number takes no more in: its reader would get all of it again with the next commit.
      if (waiting.has(wardrobeId)) hurry()
      const tail = unstored(wardrobeId)
      const entries = await store.read(wardrobeId, after)
      const seq = Math.max(after, entries.at(-1)?.seq ?? 0)
      // One that was written while the store was read stands there already.
      return [
        ...entries,
        ...tail
          .filter(({ head }) => head > seq)
          .map(({ head, updates }) => ({ seq: head, updates: [...updates] })),
      ]
    },
    settled,
    forgetStored,
    async close() {
      closed = true
      hurry()
      try {
        await running
        forgetStored() // what could not be written stays, for the next start
      } finally {
        log.close()
      }
    },
  }
}

function newQueue(expectedHead: number): Queue {
  return { expectedHead, head: expectedHead, updates: [], bytes: 0, writers: new Map(), edits: [] }
}

function gather(
  queue: Queue,
  { head, updates, writers, edits }: Pick<Commit, 'head' | 'updates' | 'writers' | 'edits'>,
): Queue {
  queue.head = head
  for (const update of updates) {
    queue.updates.push(update)
    queue.bytes += update.byteLength
  }
  for (const [client, writer] of writers) queue.writers.set(client, writer)
  for (const edit of edits) queue.edits.push(edit)
  return queue
}

const isForGood = (error: unknown): boolean =>
  isUnstorable(error) || (error instanceof ModaicsError && error.code === 'storage-damaged')

function refusalOf(wardrobeId: string, cause: unknown): ModaicsError {
  const detail = `the database refuses commits of wardrobe ${wardrobeId}; they stay in the write-ahead log`
  return new ModaicsError('storage-damaged', detail, { cause })
}
