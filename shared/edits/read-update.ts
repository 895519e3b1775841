import * as Y from 'yjs'

/** The root array that holds the bag. */
export const BAG_ROOT = 'edits'

/** Consecutive structs of one Yjs client: values of the bag, or (`values: null`) deleted ones. */
export interface Run {
  readonly client: number
  readonly clock: number
  readonly length: number
  readonly values: readonly unknown[] | null
  readonly origin: Y.ID | null
  readonly rightOrigin: Y.ID | null
}

export interface Range {
  readonly client: number
  readonly clock: number
  readonly length: number
}

/** What a Yjs update holds, as a bag. */
export interface UpdateContent {
  /** by client, in clock order */
  readonly runs: readonly Run[]
  readonly deletes: readonly Range[]
}

export type UpdateReading =
  | { readonly ok: true; readonly content: UpdateContent }
  | { readonly ok: false; readonly code: 'malformed' | 'not-an-edit'; readonly detail: string }

const malformed = (detail: string): UpdateReading => ({ ok: false, code: 'malformed', detail })
const notAnEdit = (detail: string): UpdateReading => ({ ok: false, code: 'not-an-edit', detail })

/**
 * Reads a Yjs update (v1) without a document. It is refused unless every struct is a value in the root array `edits`
 * or a deleted one. A struct that has a neighbour takes its parent from it, so the caller must also check that the
 * neighbours (`origin`, `rightOrigin`) are known: whatever is known lies in the bag.
 */
export function readUpdate(update: Uint8Array): UpdateReading {
  let decoded: ReturnType<typeof Y.decodeUpdate>
  try {
    decoded = Y.decodeUpdate(update)
  } catch (cause) {
    return malformed(`not a Yjs update: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  const runs: Run[] = []
  let last: Y.ID | undefined
  for (const struct of decoded.structs) {
    if (!(struct instanceof Y.Item)) return notAnEdit('a struct that is neither an edit nor a deleted one')
    const { client, clock } = struct.id
    if (last && client === last.client && clock !== last.clock)
      return malformed('the clocks of a client have a gap')
    // Yjs merges updates, and looks structs up, trusting that every writer does these as Yjs does.
    if (last && client > last.client) return malformed('the clients are not in descending order')
    if (struct.length < 1) return malformed('a struct without length')
    if (!Number.isSafeInteger(client) || !Number.isSafeInteger(clock + struct.length))
      return malformed('a clock is not a safe integer')
    if (!isBefore(struct.origin, struct.id) || !isBefore(struct.rightOrigin, struct.id))
      return malformed('a struct that needs itself or a later one of its client')
    last = Y.createID(client, clock + struct.length)
    const orphan = struct.origin === null && struct.rightOrigin === null
    if (orphan && (struct.parent as unknown) !== BAG_ROOT)
      return notAnEdit(`a struct outside the root array ${BAG_ROOT}`)
    if (struct.parentSub !== null) return notAnEdit('a key of a map')
    const { content } = struct
    let values: readonly unknown[] | null
    if (content instanceof Y.ContentAny) values = content.arr
    else if (content instanceof Y.ContentDeleted) values = null
    else return notAnEdit(`content of type ${content.constructor.name}`)
    runs.push({
      client,
      clock,
      length: struct.length,
      values,
      origin: struct.origin,
      rightOrigin: struct.rightOrigin,
    })
  }
  const deletes: Range[] = []
  for (const [client, ranges] of decoded.ds.clients)
    for (const { clock, len } of ranges) {
      if (len < 1 || !Number.isSafeInteger(client) || !Number.isSafeInteger(clock + len))
        return malformed('a deleted range is not safe')
      deletes.push({ client, clock, length: len })
    }
  return { ok: true, content: { runs, deletes } }
}

function isBefore(neighbour: Y.ID | null, id: Y.ID): boolean {
  return neighbour === null || neighbour.client !== id.client || neighbour.clock < id.clock
}
