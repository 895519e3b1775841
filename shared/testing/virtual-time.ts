import type { Prng } from './prng.js'

/** A program in the simulation: what runs between two events belongs to one, and nothing of it runs once it is dead. */
export interface VirtualProcess {
  readonly name: string
  readonly alive: boolean
  /** its clock minus true time, ms */
  clockError: number
  readonly random: Prng
}

export interface VirtualTimer {
  cancel(): void
}

/**
 * Time that passes from event to event. One event runs at a time, with all promise reactions that follow from it, on
 * behalf of one process; the next is the earliest, and of two at the same instant the one that was asked for first. So the
 * same calls give the same run.
 */
export interface VirtualTime {
  /** true time, ms since 1970 */
  readonly now: number
  /** whose event is running; null for the simulation itself */
  readonly current: VirtualProcess | null
  spawn(name: string, random: Prng, clockError?: number): VirtualProcess
  kill(process: VirtualProcess): void
  /** @param label goes into the trace */
  at(process: VirtualProcess | null, delay: number, label: string, work: () => void): VirtualTimer
  /** Runs events until `done` says so, none is left, or this true time is reached. */
  run(until: number, done?: () => boolean): Promise<void>
  /** of everything that has happened: equal for equal runs */
  readonly trace: { readonly events: number; readonly hash: number }
  /** Puts something into the trace. */
  note(text: string): void
}

interface Event {
  readonly at: number
  readonly order: number
  readonly process: VirtualProcess | null
  readonly label: string
  work: (() => void) | null
}

/**
 * @param start true time at the beginning, ms since 1970
 * @param settle resolves when all promise reactions have run: in Node, after a turn of the event loop
 */
export function createVirtualTime(start: number, settle: () => Promise<void>): VirtualTime {
  const heap: Event[] = []
  let now = start
  let order = 0
  let events = 0
  let hash = 0x811c9dc5
  let current: VirtualProcess | null = null

  function note(text: string): void {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }

  return {
    get now() {
      return now
    },
    get current() {
      return current
    },
    get trace() {
      return { events, hash: hash >>> 0 }
    },
    note,
    spawn: (name, random, clockError = 0) => ({ name, alive: true, clockError, random }),
    kill(process) {
      ;(process as { alive: boolean }).alive = false
    },
    at(process, delay, label, work) {
      const event: Event = { at: now + Math.max(0, delay), order: order++, process, label, work }
      push(heap, event)
      return {
        cancel() {
          event.work = null
        },
      }
    },
    async run(until, done = () => false) {
      while (!done()) {
        const next = heap[0]
        if (!next || next.at > until) {
          if (until !== Number.POSITIVE_INFINITY) now = Math.max(now, until)
          return
        }
        pop(heap)
        const { work, process } = next
        if (!work || (process && !process.alive)) continue
        now = next.at
        events++
        note(`${now}|${process?.name ?? ''}|${next.label};`)
        current = process
        work()
        await settle()
        current = null
      }
    },
  }
}

const isBefore = (x: Event, y: Event): boolean => x.at < y.at || (x.at === y.at && x.order < y.order)

function push(heap: Event[], event: Event): void {
  let at = heap.length
  heap.push(event)
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent]
    if (!above || isBefore(above, event)) break
    heap[at] = above
    at = parent
  }
  heap[at] = event
}

function pop(heap: Event[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = heap[2 * at + 1]
    const right = heap[2 * at + 2]
    const least = right && left && isBefore(right, left) ? right : left
    if (!least || isBefore(last, least)) break
    heap[at] = least
    at = least === right ? 2 * at + 2 : 2 * at + 1
  }
  heap[at] = last
}
