import { createCompaction, type ErrorCode, type Json, ModaicsError } from '@modaics/shared'
import * as Y from 'yjs'
import type { Journal } from '../journal/journal.js'

export interface SavingOptions {
  readonly journal: Journal
  /** what every append carries */
  readonly always: () => Readonly<Record<string, Json>>
  readonly onFault: (fault: ErrorCode | null) => void
  /** the journal holds what `rewrite` said */
  readonly onRewritten: () => void
}

/** How a replica gets into its journal: updates at once, what is only convenient to remember a little later. */
export interface Saving {
  /** Goes along with the next append. */
  note(values: Readonly<Record<string, Json>>): void
  readonly noted: boolean
  /** Appends now. What could not be stored before goes along. */
  save(update: Uint8Array | null): void
  /** Appends each by itself, in this order; what was noted goes along with the last, or comes after it. */
  saveAll(updates: readonly Uint8Array[]): void
  /**
   * With the next save, something else takes the place of all that is stored, at once with what was noted.
   *
   * @param content gets the updates that are stored; asked for at the moment of writing
   */
  rewrite(content: (stored: readonly Uint8Array[]) => Uint8Array): void
  /** Leaves nothing in the journal of what has been deleted since it was last compacted. */
  compact(): void
  /** What could not be stored until now need not be. */
  forgetUnsaved(): void
  /** Appends what was noted, soon: acks and cursors that are forgotten are asked for again. */
  soon(): void
  /** Resolves when every append so far is stored; rejects with what one could not be stored for. */
  appended(): Promise<void>
  /** Like `appended`; tries once more what could not be stored when it came. */
  journaled(): Promise<void>
  /** why edits are not stored at the moment */
  readonly fault: ErrorCode | null
  /** Appends what is left. @throws what the last appends could not be stored for */
  close(): Promise<void>
}

/** How soon acks and cursors are stored, and how soon is tried again what could not be, in ms. */
const SOON_MS = 200
const RETRY_MS = 5_000

/**
 * The journal is compacted when it has grown by so many bytes, and by so large a share of what it came to the last time;
 * after a failure, when so many more updates have come.
 */
const COMPACT_BYTES = 32_768
const COMPACT_RETRY_UPDATES = 2_000
/** That takes the thread of the page: it waits until nothing has been stored for a while, in ms, or for the close. */
const COMPACT_QUIET_MS = 2_000
const COMPACT_QUIET_SHARE = 0.2
/** So much is too much to wait with, and so many updates, each of which costs time at the next start. */
const COMPACT_NOW_BYTES = 16_777_216
const COMPACT_NOW_SHARE = 1
const COMPACT_NOW_UPDATES = 2_000

export function createSaving({ journal, always, onFault, onRewritten }: SavingOptions): Saving {
  /** appends that have not settled yet, and what they will say */
  const appends = new Set<Promise<void>>()
  let unsaved: Uint8Array[] = []
  let dirty: Record<string, Json> = {}
  let fault: ErrorCode | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  /** not before it holds so many updates */
  let compactedAt = 0
  let quiet: ReturnType<typeof setTimeout> | null = null
  let closed = false
  /** goes up when what could not be stored need not be any more */
  let era = 0
  /** what is to take the place of all that is stored */
  let whole: ((stored: readonly Uint8Array[]) => Uint8Array) | null = null

  function save(update: Uint8Array | null): void {
    const updates = update ? [...unsaved, update] : unsaved
    const values: Record<string, Json> = { ...dirty, ...always() }
    unsaved = []
    dirty = {}
    if (whole) {
      watch(writeWhole(whole, values), values, null)
      return
    }
    if (appends.size > 0 && values.cursor) {
      // An append before this one may still fail: a cursor that is stored without what it covers would lose that.
      dirty.cursor = values.cursor
      delete values.cursor
      later(SOON_MS)
    }
    const merged = updates.length > 1 ? Y.mergeUpdates(updates) : updates[0]
    watch(
      journal.append(merged ? { update: merged, meta: values } : { meta: values }),
      values,
      merged ?? null,
    )
    compactWhenGrown()
  }

  function saveAll(updates: readonly Uint8Array[]): void {
    // What takes the place of all that is stored has these too.
    if (!whole) for (const update of updates.slice(0, -1)) watch(journal.append({ update }), {}, update)
    save(updates.at(-1) ?? null)
  }

  async function writeWhole(content: NonNullable<typeof whole>, values: Record<string, Json>): Promise<void> {
    await journal.compact(content, values)
    if (whole !== content) return
    whole = null
    onRewritten()
  }

  function watch(
    writing: Promise<void>,
    values: Readonly<Record<string, Json>>,
    update: Uint8Array | null,
  ): void {
    const since = era
    const appended = writing.then(
      () => setFault(null),
      (error: unknown) => {
        if (update && since === era) unsaved.unshift(update)
        dirty = { ...values, ...dirty }
        setFault(error instanceof ModaicsError ? error.code : 'storage-failed')
        later(RETRY_MS)
        throw error
      },
    )
    appends.add(appended)
    const forget = (): void => void appends.delete(appended)
    appended.then(forget, forget) // the error is told to whoever awaits the write, and by `fault`
  }

  function forgetUnsaved(): void {
    unsaved = []
    era++
  }

  function setFault(next: ErrorCode | null): void {
    if (next === fault) return
    fault = next
    onFault(next)
  }

  function later(delay: number): void {
    if (timer || closed) return
    timer = setTimeout(() => {
      timer = null
      save(null)
    }, delay)
    ;(timer as { unref?: () => void }).unref?.()
  }

  /** With what was noted, or it would be put off. */
  function compact(): void {
    const values: Record<string, Json> = { ...dirty, ...always() }
    dirty = {}
    watch(journal.compact(compactUpdates, values), values, null)
  }

  function compactWhenGrown(): void {
    const { updates } = journal.size()
    if (updates < compactedAt) return
    if (updates >= COMPACT_NOW_UPDATES || grownBy(COMPACT_NOW_BYTES, COMPACT_NOW_SHARE)) compactGrown()
    else if (!closed && grownBy(COMPACT_BYTES, COMPACT_QUIET_SHARE)) {
      if (quiet) clearTimeout(quiet)
      quiet = setTimeout(compactGrown, COMPACT_QUIET_MS)
      ;(quiet as { unref?: () => void }).unref?.()
    }
  }

  function grownBy(least: number, share: number): boolean {
    const { bytes, compactedBytes } = journal.size()
    return bytes - compactedBytes > Math.max(least, compactedBytes * share)
  }

  function compactGrown(): void {
    if (quiet) clearTimeout(quiet)
    quiet = null
    compactedAt = journal.size().updates + COMPACT_RETRY_UPDATES
    journal.compact(compactUpdates).then(
      () => {
        compactedAt = 0
      },
      () => {}, // there was no room for it: the journal stands as it was, and is tried again when it has grown
    )
  }

  const appended = async (): Promise<void> => void (await Promise.all(appends))

  return {
    note: (values) => void Object.assign(dirty, values),
    get noted() {
      return Object.keys(dirty).length > 0
    },
    save,
    saveAll,
    rewrite(content) {
      whole = content
      forgetUnsaved()
    },
    compact,
    forgetUnsaved,
    soon: () => later(SOON_MS),
    appended,
    async journaled() {
      await appended()
      if (unsaved.length === 0) return
      save(null)
      await appended()
    },
    get fault() {
      return fault
    },
    async close() {
      if (timer) clearTimeout(timer)
      if (quiet) clearTimeout(quiet)
      closed = true
      // The last append carries whatever an earlier one could not store.
      await Promise.allSettled(appends)
      save(null)
      if (grownBy(COMPACT_BYTES, COMPACT_QUIET_SHARE)) compactGrown()
      const outcomes = await Promise.allSettled(appends)
      const failed = outcomes.find(({ status }) => status === 'rejected')
      if (failed) throw (failed as PromiseRejectedResult).reason
    },
  }
}

/** One update for many, without what has been deleted since. */
function compactUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const bag = createCompaction()
  if (!updates.every((update) => bag.follows(update))) return compactInDocument(updates)
  return Y.mergeUpdates([...bag.write(Number.POSITIVE_INFINITY)])
}

/** Where structs of another tab are missing, which may not have come to store them: what waits for them stays. */
function compactInDocument(updates: readonly Uint8Array[]): Uint8Array {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  const compacted = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return compacted
}
