import * as Y from 'yjs'
import { type Range, type Run, readUpdate } from './read-update.js'
import { packRuns } from './split-update.js'
import { writeUpdate } from './write-update.js'

/** A value of the bag that is not deleted, and the Yjs struct that carries it. */
export interface LiveValue {
  readonly client: number
  readonly clock: number
  readonly value: unknown
}

/**
 * What many updates of a bag come to, without a document: for each Yjs client its structs in a row, values or deleted.
 * Deleted values are forgotten. Neighbours are forgotten too, because the order of the array means nothing: so dead
 * structs that follow each other become one, and no client's structs need another's.
 */
export interface Compaction {
  /**
   * Adds an update. What is known is passed over.
   *
   * @throws where structs are missing before it, or it is no update of a bag: it must come from a judged log
   */
  add(update: Uint8Array): void
  /** Adds an update if it can be: false, and nothing is added, where structs are missing before it. */
  follows(update: Uint8Array): boolean
  /** How far it has come with each Yjs client: the state vector. */
  clocks(): Map<number, number>
  live(): IterableIterator<LiveValue>
  /**
   * What somebody lacks who has everything below these clocks (nothing unless told), as updates of about `maxBytes`, to be
   * applied in order.
   */
  write(maxBytes: number, has?: ReadonlyMap<number, number>): IterableIterator<Uint8Array>
}

interface Segment {
  readonly clock: number
  readonly length: number
  /** null where all are deleted */
  readonly values: readonly unknown[] | null
}

interface Span {
  readonly start: number
  end: number
}

interface Chain {
  segments: Segment[]
  end: number
  /** deleted since the segments were cut */
  deleted: Span[]
}

export function createCompaction(): Compaction {
  const chains = new Map<number, Chain>()

  function chainOf(client: number): Chain {
    let chain = chains.get(client)
    if (!chain) {
      chain = { segments: [], end: 0, deleted: [] }
      chains.set(client, chain)
    }
    return chain
  }

  function cut(): void {
    for (const chain of chains.values()) {
      if (chain.deleted.length === 0) continue
      chain.segments = withoutDeleted(chain.segments, merged(chain.deleted))
      chain.deleted = []
    }
  }

  return {
    add(update) {
      if (!this.follows(update)) throw new Error('structs are missing before the update')
    },
    follows(update) {
      const reading = readUpdate(update)
      if (!reading.ok) throw new Error(reading.detail)
      const ends = new Map<number, number>()
      for (const { client, clock, length } of reading.content.runs) {
        if (clock > (ends.get(client) ?? chains.get(client)?.end ?? 0)) return false
        ends.set(client, Math.max(clock + length, ends.get(client) ?? 0))
      }
      for (const { client, clock, length } of reading.content.deletes)
        if (clock + length > Math.max(ends.get(client) ?? 0, chains.get(client)?.end ?? 0)) return false
      for (const { client, clock, length, values } of reading.content.runs) {
        const chain = chainOf(client)
        const end = clock + length
        if (end <= chain.end) continue
        const known = chain.end - clock
        append(chain.segments, {
          clock: chain.end,
          length: length - known,
          values: values && (known > 0 ? values.slice(known) : values),
        })
        chain.end = end
      }
      for (const { client, clock, length } of reading.content.deletes)
        chainOf(client).deleted.push({ start: clock, end: clock + length })
      return true
    },
    clocks() {
      const clocks = new Map<number, number>()
      for (const [client, { end }] of chains) if (end > 0) clocks.set(client, end)
      return clocks
    },
    *live() {
      cut()
      for (const [client, { segments }] of chains)
        for (const { clock, values } of segments)
          for (const [k, value] of (values ?? []).entries()) yield { client, clock: clock + k, value }
    },
    *write(maxBytes, has = new Map()) {
      cut()
      const runs: Run[] = []
      const deletes: Range[] = []
      for (const client of [...chains.keys()].sort((x, y) => y - x)) {
        const from = has.get(client) ?? 0
        for (const { clock, length, values } of chains.get(client)?.segments ?? []) {
          const known = Math.min(Math.max(0, from - clock), length)
          if (known > 0 && values === null) deletes.push({ client, clock, length: known })
          if (known === length) continue
          runs.push({
            client,
            clock: clock + known,
            length: length - known,
            values: values && (known > 0 ? values.slice(known) : values),
            origin: clock + known > 0 ? Y.createID(client, clock + known - 1) : null,
            rightOrigin: null,
          })
        }
      }
      for (const content of packRuns(runs, deletes, maxBytes)) yield writeUpdate(content)
    },
  }
}

/** Adds a segment; one of the same kind goes on. */
function append(segments: Segment[], next: Segment): void {
  const last = segments.at(-1)
  if (!last || (last.values === null) !== (next.values === null)) segments.push(next)
  else {
    const values = last.values && next.values ? last.values.concat(next.values) : null
    segments[segments.length - 1] = { clock: last.clock, length: last.length + next.length, values }
  }
}

function merged(spans: readonly Span[]): Span[] {
  const out: Span[] = []
  for (const { start, end } of [...spans].sort((x, y) => x.start - y.start)) {
    const last = out.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else out.push({ start, end })
  }
  return out
}

function withoutDeleted(segments: readonly Segment[], deleted: readonly Span[]): Segment[] {
  const out: Segment[] = []
  let at = 0
  for (const segment of segments) {
    const end = segment.clock + segment.length
    const push = (from: number, to: number, dead: boolean): void => {
      if (from >= to) return
      const values = dead ? null : (segment.values?.slice(from - segment.clock, to - segment.clock) ?? null)
      append(out, { clock: from, length: to - from, values })
    }
    let from = segment.clock
    while (at < deleted.length && from < end) {
      const span = deleted[at] as Span
      if (span.start >= end) break
      push(from, Math.max(from, span.start), false)
      push(Math.max(from, span.start), Math.min(end, span.end), true)
      from = Math.max(from, Math.min(end, span.end))
      if (span.end > end) break
      at++
    }
    push(from, end, false)
  }
  return out
}
