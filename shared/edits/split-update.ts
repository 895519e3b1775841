import * as Y from 'yjs'
import type { Range, Run, UpdateContent } from './read-update.js'
import { readUpdate } from './read-update.js'
import { writeUpdate } from './write-update.js'

/** Deleted ranges in one piece: about 12 bytes each. */
const RANGES_PER_PIECE = 4096

/**
 * Cuts an update into several of about `maxBytes` each, to be applied in order: none needs a struct of a later one.
 * A single edit larger than that makes a piece of its own. Returns the update itself where it is small enough.
 *
 * @throws when the update is not one of a bag: it must come from our own document
 */
export function splitUpdate(update: Uint8Array, maxBytes: number): Uint8Array[] {
  if (update.byteLength <= maxBytes) return [update]
  const reading = readUpdate(update)
  if (!reading.ok) throw new Error(reading.detail)
  const pieces: UpdateContent[] = []
  let runs: Run[] = []
  let size = 0
  const flush = (): void => {
    if (runs.length > 0) pieces.push({ runs, deletes: [] })
    runs = []
    size = 0
  }
  for (const run of inOrderOfNeed(reading.content.runs)) {
    let rest: Run | null = run
    while (rest) {
      const fits = fitting(rest, maxBytes - size)
      if (fits.count === 0) {
        if (runs.length > 0) {
          flush()
          continue
        }
        fits.count = 1
      }
      const [head, tail]: [Run, Run | null] = cut(rest, fits.count)
      runs.push(head)
      size += fits.bytes
      rest = tail
    }
  }
  flush()
  const { deletes } = reading.content
  for (let i = 0; i < deletes.length; i += RANGES_PER_PIECE) {
    const ranges: readonly Range[] = deletes.slice(i, i + RANGES_PER_PIECE)
    pieces.push({ runs: [], deletes: ranges })
  }
  return pieces.map(writeUpdate)
}

/** Runs so that each comes after those which hold its neighbours, where these are in the update at all. */
function inOrderOfNeed(runs: readonly Run[]): Run[] {
  const queues = new Map<number, Run[]>()
  for (const run of runs) queues.set(run.client, [...(queues.get(run.client) ?? []), run])
  const done = new Map<number, number>()
  for (const [client, queue] of queues) done.set(client, queue[0]?.clock ?? 0)
  const known = (id: Y.ID | null): boolean =>
    !id || id.clock < (done.get(id.client) ?? Number.POSITIVE_INFINITY)
  const ordered: Run[] = []
  while (ordered.length < runs.length) {
    const before = ordered.length
    for (const [client, queue] of queues) {
      let run = queue[0]
      while (run && known(run.origin) && known(run.rightOrigin)) {
        ordered.push(run)
        done.set(client, run.clock + run.length)
        queue.shift()
        run = queue[0]
      }
    }
    if (ordered.length === before) throw new Error('the structs of the update need each other in a circle')
  }
  return ordered
}

function fitting(run: Run, room: number): { count: number; bytes: number } {
  if (run.values === null) return { count: run.length, bytes: 32 }
  let bytes = 64
  let count = 0
  for (const value of run.values) {
    const size = JSON.stringify(value)?.length ?? 8
    if (bytes + size > room && (count > 0 || room < 0)) break
    if (bytes + size > room) return { count: 0, bytes }
    bytes += size
    count++
  }
  return { count, bytes }
}

/** As Yjs itself splits an item: the right part's left neighbour is the end of the left part. */
function cut(run: Run, count: number): [Run, Run | null] {
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
