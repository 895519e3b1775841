import type * as Y from 'yjs'
import type { Run } from './read-update.js'

/**
 * The runs of one update so that each comes after those which hold its neighbours and after the earlier ones of its
 * client, where these are in the update at all. Null where runs need each other in a circle: no document makes such.
 * Takes time in proportion to the runs, whatever they need: a hostile update can have very many.
 *
 * @param runs those of each client in clock order, without gaps, as `readUpdate` gives them
 */
export function orderRuns(runs: readonly Run[]): readonly Run[] | null {
  if (runs.length < 2) return runs
  const byClient = new Map<number, number[]>()
  runs.forEach(({ client }, i) => {
    const own = byClient.get(client)
    if (own) own.push(i)
    else byClient.set(client, [i])
  })
  const dependents = new Map<number, number[]>()
  const missing = new Array<number>(runs.length).fill(0)
  const need = (i: number, other: number | undefined): void => {
    if (other === undefined || other === i) return
    missing[i] = (missing[i] ?? 0) + 1
    const list = dependents.get(other)
    if (list) list.push(i)
    else dependents.set(other, [i])
  }
  for (const own of byClient.values()) own.forEach((i, k) => void (k > 0 && need(i, own[k - 1])))
  runs.forEach(({ origin, rightOrigin }, i) => {
    need(i, holderOf(runs, byClient, origin))
    need(i, holderOf(runs, byClient, rightOrigin))
  })

  const ready: number[] = []
  for (let i = 0; i < runs.length; i++) if (missing[i] === 0) ready.push(i)
  const ordered: Run[] = []
  for (let at = 0; at < ready.length; at++) {
    const i = ready[at] as number
    ordered.push(runs[i] as Run)
    for (const dependent of dependents.get(i) ?? []) {
      const left = (missing[dependent] ?? 0) - 1
      missing[dependent] = left
      if (left === 0) ready.push(dependent)
    }
  }
  return ordered.length === runs.length ? ordered : null
}

/** The index of the run that holds this struct, if one here does. */
function holderOf(
  runs: readonly Run[],
  byClient: ReadonlyMap<number, readonly number[]>,
  id: Y.ID | null,
): number | undefined {
  const own = id ? byClient.get(id.client) : undefined
  if (!id || !own) return undefined
  let low = 0
  let high = own.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const index = own[middle] as number
    const run = runs[index] as Run
    if (id.clock < run.clock) high = middle - 1
    else if (id.clock >= run.clock + run.length) low = middle + 1
    else return index
  }
  return undefined
}
