import { type Range, type Run, readUpdate, writeUpdate } from '@modaics/shared'
import type { Prng } from '@modaics/shared/testing'
import { spoil } from './spoil.js'

const number = (random: Prng, near: number): number =>
  random.pick([near, near + 1, Math.max(0, near - 1), near + random.below(1000), 0, 2 ** 31, 2 ** 32 - 1])

function spoilRun(run: Run, random: Prng): Run {
  const id = () =>
    random.chance(0.3) ? null : { client: number(random, run.client), clock: number(random, run.clock) }
  switch (random.below(6)) {
    case 0:
      return { ...run, client: number(random, run.client) }
    case 1:
      return { ...run, clock: number(random, run.clock) }
    case 2:
      return { ...run, origin: id() as Run['origin'] }
    case 3:
      return { ...run, rightOrigin: id() as Run['origin'] }
    case 4:
      return { ...run, values: null }
    default: {
      const values = [...(run.values ?? [])]
      const at = random.below(values.length + 1)
      values[at] = spoil(values[at], random)
      return { ...run, values, length: values.length }
    }
  }
}

/**
 * Another update that can still be read, or nearly: its structs, values, neighbours and deletions changed. Where the update
 * cannot be read, or what came out cannot be written, null.
 */
export function mutateStructure(update: Uint8Array, random: Prng): Uint8Array | null {
  const reading = readUpdate(update)
  if (!reading.ok) return null
  const runs = [...reading.content.runs]
  const deletes: Range[] = [...reading.content.deletes]
  for (let n = 1 + random.below(3); n > 0; n--) {
    const at = random.below(runs.length + 1)
    const run = runs[at]
    if (!run || random.chance(0.2)) {
      const client = run?.client ?? random.below(2 ** 32)
      deletes.push({
        client: number(random, client),
        clock: number(random, 0),
        length: Math.max(1, number(random, 1)),
      })
    } else if (random.chance(0.1)) runs.push(run)
    else runs[at] = spoilRun(run, random)
  }
  try {
    return writeUpdate({ runs, deletes })
  } catch {
    return null // not even our own writer takes it: nothing to send
  }
}
