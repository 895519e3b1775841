import { type Range, readUpdate } from '@modaics/shared'

/** Which structs of a log are deleted: merged ranges by client, in order. */
export interface KnownDeletes {
  has(range: Range): boolean
  add(ranges: readonly Range[]): void
}

export function createKnownDeletes(updates: Iterable<Uint8Array>): KnownDeletes {
  const byClient = new Map<number, { start: number; end: number }[]>()

  function add(ranges: readonly Range[]): void {
    const touched = new Set<number>()
    for (const { client, clock, length } of ranges) {
      const own = byClient.get(client) ?? []
      byClient.set(client, own)
      own.push({ start: clock, end: clock + length })
      touched.add(client)
    }
    for (const client of touched) byClient.set(client, merged(byClient.get(client) ?? []))
  }

  const all: Range[] = []
  for (const update of updates) {
    const reading = readUpdate(update)
    if (!reading.ok) continue
    for (const range of reading.content.deletes) all.push(range)
    for (const run of reading.content.runs) if (run.values === null) all.push(run)
  }
  add(all)

  return {
    add,
    has({ client, clock, length }) {
      const own = byClient.get(client) ?? []
      let low = 0
      let high = own.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((own[middle]?.end ?? 0) <= clock) low = middle + 1
        else high = middle
      }
      const range = own[low]
      return range !== undefined && range.start <= clock && range.end >= clock + length
    },
  }
}

function merged(ranges: { start: number; end: number }[]): { start: number; end: number }[] {
  const sorted = [...ranges].sort((x, y) => x.start - y.start)
  const out: { start: number; end: number }[] = []
  for (const range of sorted) {
    const last = out.at(-1)
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else out.push({ ...range })
  }
  return out
}
