import { type Conflict, conflictsOf, isKind, KIND_NAMES, recordOf } from '@modaics/shared'
import type { Replica } from '../../client-sdk/testing/simulated-device.js'
import type { MemoryWardrobe } from '../../server/testing/simulated-server.js'

/** All that shows of a wardrobe, as one text: equal texts, equal states. */
export function stateOfReplica({ index }: Replica): string {
  const records = KIND_NAMES.flatMap((kind) => index.list(kind).map((record) => ({ kind, ...record })))
  return stateOf(records, index.conflicts())
}

export function stateOfServer({ folds }: MemoryWardrobe): string {
  const records: Named[] = []
  const conflicts: Conflict[] = []
  for (const live of folds.values()) {
    const [first] = live
    if (!first || !isKind(first.kind)) continue
    records.push({ ...recordOf(first.kind, first.id, live), kind: first.kind })
    conflicts.push(...conflictsOf(live))
  }
  return stateOf(records, conflicts)
}

interface Named {
  readonly kind: string
  readonly id: string
}

function stateOf(records: readonly Named[], conflicts: readonly Conflict[]): string {
  const lines = [
    ...records,
    ...conflicts.map((conflict) => ({ ...conflict, kind: `conflict ${conflict.kind}` })),
  ]
  return lines
    .map((line) => stable(line))
    .sort()
    .join('\n')
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
      : part,
  )
}

/** The first lines that are in one state and not in the other. */
export function difference(left: string, right: string): string {
  const own = new Set(left.split('\n'))
  const other = new Set(right.split('\n'))
  const only = (lines: Set<string>, others: Set<string>): string =>
    [...lines]
      .filter((line) => !others.has(line))
      .slice(0, 2)
      .join('\n    ') || '(nothing)'
  return `\n  only here:\n    ${only(own, other)}\n  only there:\n    ${only(other, own)}`
}
