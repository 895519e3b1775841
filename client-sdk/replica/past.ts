import { type Edit, type EditTuple, editToTuple, tupleToEdit } from '@modaics/shared'
import type { Journal } from '../journal/journal.js'
import type { RecordKey } from './fold-index.js'

export interface PastOptions {
  /** opened when it is first needed */
  readonly open: () => Promise<Journal>
  /** ms since 1970 */
  readonly now: () => number
  /** how long an edit is kept after it has left the bag, in ms; 0 keeps none */
  readonly keepMs: number
}

/**
 * The edits that have left the bag, for the history of records. Beside the journal, and not part of the truth: what a
 * crash takes of the last second is missing here, and nowhere else. [HI2]
 */
export interface Past {
  add(edits: readonly Edit[]): void
  of(key: RecordKey): Promise<Edit[]>
  /** Everything that is kept, with when it left the bag. */
  all(): Promise<readonly PastEdit[]>
  /** Leaves nothing behind of the records that are not to stay. */
  erase(stays: (key: RecordKey) => boolean): Promise<void>
  close(): Promise<void>
}

/** When an edit left the bag (ms since 1970), and the edit: one line of JSON each in the stored bytes. */
export type PastEdit = readonly [at: number, edit: EditTuple]

const GATHER_MS = 1_000
/** Stored pieces at which the storage is compacted, and what is too old let go. */
const COMPACT_PIECES = 256
/** What waits in memory while it cannot be stored. */
const MAX_WAITING = 10_000

export function createPast({ open, now, keepMs }: PastOptions): Past {
  let journal: Promise<Journal> | null = null
  let waiting: PastEdit[] = []
  let timer: ReturnType<typeof setTimeout> | null = null
  let closed = false

  const storage = (): Promise<Journal> => {
    journal ??= open().catch((error: unknown) => {
      journal = null
      throw error
    })
    return journal
  }

  const isYoung = ([at]: PastEdit): boolean => at >= now() - keepMs

  /** Stores what waits. What cannot be stored waits for the next time. */
  async function store(): Promise<void> {
    if (timer) clearTimeout(timer)
    timer = null
    if (waiting.length === 0) return
    const lines = waiting
    waiting = []
    try {
      const stored = await storage()
      await stored.append({ update: encode(lines) })
      if (stored.size().updates >= COMPACT_PIECES) await keepOnly(isYoung)
    } catch (error) {
      waiting = [...lines, ...waiting].slice(-MAX_WAITING)
      throw error
    }
  }

  async function keepOnly(keeps: (line: PastEdit) => boolean): Promise<void> {
    const stored = await storage()
    // Two pieces at least, or there would be nothing to put together.
    await stored.append({ update: new Uint8Array() })
    await stored.append({ update: new Uint8Array() })
    await stored.compact((pieces) => encode(decode(pieces).filter(keeps)))
  }

  async function lines(): Promise<PastEdit[]> {
    if (keepMs <= 0) return []
    await store().catch(() => {}) // what could not be stored is still in `waiting`
    const { updates } = await (await storage()).load()
    return [...decode(updates), ...waiting].filter(isYoung)
  }

  return {
    add(edits) {
      if (keepMs <= 0 || closed || edits.length === 0) return
      const at = now()
      for (const edit of edits) waiting.push([at, editToTuple(edit)])
      timer ??= setTimeout(() => void store().catch(() => {}), GATHER_MS)
      ;(timer as { unref?: () => void }).unref?.()
    },
    of: async ({ kind, id }) =>
      (await lines())
        .filter(([, tuple]) => tuple[2] === kind && tuple[3] === id)
        .map(([, tuple]) => tupleToEdit(tuple)),
    all: lines,
    async erase(isKept) {
      const stays = ([, [, , kind, id]]: PastEdit): boolean => isKept({ kind, id })
      waiting = waiting.filter(stays)
      await keepOnly(stays)
    },
    async close() {
      closed = true
      try {
        await store()
      } finally {
        await (await journal)?.close()
      }
    },
  }
}

function encode(lines: readonly PastEdit[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

function decode(pieces: readonly Uint8Array[]): PastEdit[] {
  const decoder = new TextDecoder()
  return pieces.flatMap((piece) =>
    decoder
      .decode(piece)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as PastEdit),
  )
}
