import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import type { EditTuple } from './edit.js'
import { orderRuns } from './order-runs.js'
import type { Range, Run, UpdateContent } from './read-update.js'
import { readUpdate } from './read-update.js'
import { writeUpdate } from './write-update.js'

/** A deleted range takes at most two eight-byte integers, and as much again where it is its client's only one. */
const RANGE_BYTES = 32

/**
 * Cuts an update into several of at most `maxBytes` each, to be applied in order: none needs a struct of a later one.
 * Only a single edit that is larger than that makes a larger piece, of its own. Returns the update itself where it is small enough.
 *
 * @throws when the update is not one of a bag: it must come from our own document
 */
export function splitUpdate(update: Uint8Array, maxBytes: number): Uint8Array[] {
  if (update.byteLength <= maxBytes) return [update]
  const reading = readUpdate(update)
  if (!reading.ok) throw new Error(reading.detail)
  const ordered = orderRuns(reading.content.runs)
  if (!ordered) throw new Error('the structs of the update need each other in a circle')
  return Array.from(packRuns(ordered, reading.content.deletes, maxBytes), writeUpdate)
}

/** A bag of these edits under a Yjs client of its own, from the start, as updates of about `maxBytes` each. */
export function* writeBag(
  client: number,
  edits: readonly EditTuple[],
  maxBytes: number,
): IterableIterator<Uint8Array> {
  const run: Run = { client, clock: 0, length: edits.length, values: edits, origin: null, rightOrigin: null }
  for (const content of packRuns(edits.length > 0 ? [run] : [], [], maxBytes)) yield writeUpdate(content)
}

/**
 * Contents of updates of about `maxBytes` each.
 *
 * @param runs each after those that it needs
 */
export function* packRuns(
  runs: readonly Run[],
  deletes: readonly Range[],
  maxBytes: number,
): IterableIterator<UpdateContent> {
  let taken: Run[] = []
  let size = 0
  for (const run of runs) {
    let rest: Run | null = run
    while (rest) {
      const { count, bytes } = fitting(rest, maxBytes - size)
      if (count === 0 && taken.length > 0) {
        yield { runs: taken, deletes: [] }
        taken = []
        size = 0
        continue
      }
      const [head, tail]: [Run, Run | null] = cutRun(rest, Math.max(1, count))
      taken.push(head)
      size += count === 0 ? maxBytes : bytes
      rest = tail
    }
  }
  if (taken.length > 0) yield { runs: taken, deletes: [] }
  const perPiece = Math.max(1, Math.floor((maxBytes - 16) / RANGE_BYTES))
  for (let i = 0; i < deletes.length; i += perPiece)
    yield { runs: [], deletes: deletes.slice(i, i + perPiece) }
}

/** Bytes of a struct without its values, and of its share of the piece's framing: an upper bound. */
const STRUCT_BYTES = 64

/** How much of a run fits into `room` bytes, and how many bytes that takes. */
function fitting(run: Run, room: number): { count: number; bytes: number } {
  if (STRUCT_BYTES > room) return { count: 0, bytes: 0 }
  if (run.values === null || room === Number.POSITIVE_INFINITY)
    return { count: run.length, bytes: STRUCT_BYTES }
  let bytes = STRUCT_BYTES
  let count = 0
  for (const value of run.values) {
    const size = sizeOf(value)
    if (bytes + size > room) break
    bytes += size
    count++
  }
  return { count, bytes }
}

function sizeOf(value: unknown): number {
  return encoding.encode((encoder) => encoding.writeAny(encoder, value as encoding.AnyEncodable)).byteLength
}

/** Cuts a run after `count` values, as Yjs splits an item: the right part's left neighbour is the end of the left part. */
export function cutRun(run: Run, count: number): [Run, Run | null] {
  if (count >= run.length) return [run, null]
  const head: Run = { ...run, length: count, values: run.values?.slice(0, count) ?? null }
  const tail: Run = {
    ...run,
    clock: run.clock + count,
    length: run.length - count,
    values: run.values?.slice(count) ?? null,
    origin: Y.createID(run.client, run.clock + count - 1),
  }
  return [head, tail]
}
