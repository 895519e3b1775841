import {
  checkEdit,
  cutRun,
  deviceOf,
  type Edit,
  type EditName,
  type ErrorCode,
  LIMITS,
  msToHlc,
  orderRuns,
  type Range,
  type Run,
  readUpdate,
  writeUpdate,
} from '@modaics/shared'

/** How far the log has come with one Yjs client, and whose client it is. */
export interface Writer {
  readonly clock: number
  /** the user whose devices write as it; `server` for the server's own, `import` for those of an import */
  readonly owner: string
}

export type Writers = ReadonlyMap<number, Writer>

/** Who submits, and the device that they may sign as. */
export interface SubmissionAuthor {
  readonly userId: string
  readonly device: string
}

export interface Submission {
  readonly update: Uint8Array
  /** null for the server's own edits, and those of an import */
  readonly author: SubmissionAuthor | null
  /** what the server writes for an import is told from its own by the owner of its Yjs clients */
  readonly imported?: boolean
  /** ms since 1970 */
  readonly now: number
  /** of the document that it comes from; undefined where that has nothing of the server's yet */
  readonly epoch?: number | undefined
}

export interface Refused {
  readonly ok: false
  readonly code: ErrorCode
  readonly detail: string
  readonly edit?: EditName
}

export interface Accepted {
  readonly ok: true
  /** the bytes to store and pass on; empty where everything was known */
  readonly update: Uint8Array | null
  readonly edits: readonly Edit[]
  readonly deletes: readonly Range[]
  /** the writers that moved */
  readonly writers: Writers
  /** whose structs it brought, also those that the log had already */
  readonly clients: ReadonlySet<number>
}

export const SERVER = 'server'
export const IMPORT = 'import'

/**
 * Accepts or refuses an update as a whole. It is stored byte for byte; only where it begins with structs that the log
 * has already (a client that sends again), those are cut off.
 *
 * @param writers the state vector of the log
 */
export function judge(writers: Writers, submission: Submission): Accepted | Refused {
  const { update, author, now } = submission
  const self = author?.userId ?? (submission.imported ? IMPORT : SERVER)
  if (update.byteLength > LIMITS.updateBytes)
    return refuse('too-large', `the update has ${update.byteLength} bytes; at most ${LIMITS.updateBytes}`)
  const reading = readUpdate(update)
  if (!reading.ok) return refuse(reading.code, reading.detail)
  const { runs, deletes } = reading.content
  const moved = new Map<number, Writer>()
  const clockOf = (client: number): number => (moved.get(client) ?? writers.get(client))?.clock ?? 0
  const latest = msToHlc(now + LIMITS.clockAheadMs)

  const ordered = orderRuns(runs)
  if (!ordered) return refuse('malformed', 'the structs need each other in a circle')
  const clients = new Set<number>()
  const fresh: Run[] = []
  const edits: Edit[] = []
  let whole = true
  for (const run of ordered) {
    const { client } = run
    const known = clockOf(client)
    clients.add(client)
    if (run.clock + run.length <= known) {
      whole = false
      continue
    }
    if (run.clock > known || !isKnown(run.origin, clockOf) || !isKnown(run.rightOrigin, clockOf))
      return refuse('resync', 'the update builds on structs that the server does not have')
    const owner = (moved.get(client) ?? writers.get(client))?.owner
    if (owner !== undefined && owner !== self)
      return refuse('foreign-client', `Yjs client ${client} belongs to somebody else`)
    const part = run.clock < known ? (cutRun(run, known - run.clock)[1] ?? run) : run
    if (part !== run) whole = false
    for (const value of part.values ?? []) {
      const checked = checkEdit(value)
      if (!checked.ok) return refuse('invalid-edit', checked.detail, nameOf(value))
      const { edit } = checked
      const name: EditName = [edit.hlc, edit.by]
      if (author !== null && deviceOf(edit.by) !== author.device)
        return refuse('foreign-by', `an edit by ${deviceOf(edit.by)} from device ${author.device}`, name)
      if (author !== null && edit.src === 'vision')
        return refuse('foreign-source', 'an edit with src vision', name)
      if (edit.hlc > latest)
        return refuse('clock-ahead', `an edit is more than ${LIMITS.clockAheadMs} ms ahead`, name)
      edits.push(edit)
    }
    fresh.push(part)
    moved.set(client, { clock: run.clock + run.length, owner: self })
  }
  for (const { client, clock, length } of deletes)
    if (clock + length > clockOf(client))
      return refuse('resync', 'the update deletes what the server does not have')

  const kept = whole ? update : writeUpdate({ runs: fresh, deletes })
  const stored = fresh.length + deletes.length > 0 ? kept : null
  return { ok: true, update: stored, edits, deletes, writers: moved, clients }
}

function isKnown(id: Run['origin'], clockOf: (client: number) => number): boolean {
  return id === null || id.clock < clockOf(id.client)
}

/** The name of what may not be an edit at all, so that its author can find it. */
function nameOf(value: unknown): EditName | undefined {
  if (!Array.isArray(value)) return undefined
  const [hlc, by] = value as readonly unknown[]
  return typeof hlc === 'number' && Number.isFinite(hlc) && typeof by === 'string' ? [hlc, by] : undefined
}

function refuse(code: ErrorCode, detail: string, edit?: EditName): Refused {
  return edit ? { ok: false, code, detail, edit } : { ok: false, code, detail }
}
