import {
  beatenEdits,
  type Conflict,
  conflictsOf,
  type Edit,
  type EditTuple,
  editKey,
  editToTuple,
  hlcToMs,
  isKind,
  type Kind,
  recordFingerprint,
  recordOf,
  recordToRow,
  tupleToEdit,
} from '@modaics/shared'

/** A record is named by its kind and id. */
export interface RecordKey {
  readonly kind: string
  readonly id: string
}

export const recordKey = ({ kind, id }: RecordKey): string => `${kind} ${id}`

/** The live edits of records, by `recordKey`. */
export type Folds = ReadonlyMap<string, readonly Edit[]>

export interface FoldedRecord extends RecordKey {
  readonly live: readonly Edit[]
  /** what is no longer live, and was before or has come with these edits */
  readonly beaten: readonly Edit[]
}

/** Edits of one record, in the order in which they came. */
export interface RecordEdits extends RecordKey {
  readonly edits: readonly Edit[]
}

export function groupByRecord(edits: readonly Edit[]): RecordEdits[] {
  const groups = new Map<string, { kind: string; id: string; edits: Edit[] }>()
  for (const edit of edits) {
    const key = recordKey(edit)
    const group = groups.get(key)
    if (group) group.edits.push(edit)
    else groups.set(key, { kind: edit.kind, id: edit.id, edits: [edit] })
  }
  return [...groups.values()]
}

/** Adds edits to the live edits of their record, and drops what is beaten by now. */
export function foldRecord(before: Folds, { kind, id, edits }: RecordEdits): FoldedRecord {
  const live = [...(before.get(recordKey({ kind, id })) ?? [])]
  const names = new Set(live.map(editKey))
  for (const edit of edits) {
    const name = editKey(edit)
    if (names.has(name)) continue
    names.add(name)
    live.push(edit)
  }
  const beaten = beatenEdits(live)
  if (beaten.length === 0) return { kind, id, live, beaten }
  const gone = new Set(beaten)
  return { kind, id, live: live.filter((edit) => !gone.has(edit)), beaten }
}

/** What a commit writes for folded records: parameters of `modaics_commit`, as JSON. */
export interface FoldWrites {
  add(record: FoldedRecord): void
  /** `[{kind, id, live, fingerprint, beaten}]`: edits as tuples, the fingerprint as 64 bits in a signed decimal number */
  folded(): string
  /** kind → rows of its table */
  changed(): string
  /** rows of `conflicts` */
  contested(): string
}

/** @param keepsHistory whether what is beaten is stored */
export function createFoldWrites(wardrobeId: string, keepsHistory: boolean): FoldWrites {
  const folded: string[] = []
  const changed = new Map<Kind, string[]>()
  const contested: string[] = []
  return {
    add({ kind, id, live, beaten }) {
      const conflicts = conflictsOf(live)
      folded.push(
        JSON.stringify({
          kind,
          id,
          live: live.map(editToTuple),
          fingerprint: fingerprintOfRecord({ kind, id }, live, conflicts),
          beaten: keepsHistory ? beaten.map(editToTuple) : [],
        }),
      )
      if (isKind(kind)) {
        const rows = changed.get(kind) ?? []
        changed.set(kind, rows)
        rows.push(JSON.stringify(recordToRow(wardrobeId, kind, recordOf(kind, id, live))))
      }
      for (const { field, winner, losers } of conflicts)
        for (const { name, value } of losers)
          contested.push(
            JSON.stringify({
              wardrobe_id: wardrobeId,
              kind,
              record_id: id,
              field,
              hlc: name[0],
              by: name[1],
              value,
              winner_value: winner.value,
              written_at: new Date(hlcToMs(name[0])).toISOString(),
            }),
          )
    },
    folded: () => `[${folded.join(',')}]`,
    changed: () => `{${[...changed].map(([kind, rows]) => `"${kind}":[${rows.join(',')}]`).join(',')}}`,
    contested: () => `[${contested.join(',')}]`,
  }
}

export const liveFromJson = (tuples: readonly EditTuple[]): Edit[] => tuples.map(tupleToEdit)

/** The fingerprint of a record as PostgreSQL's `bigint` takes it: signed, in decimal. */
export function fingerprintOfRecord(
  { kind, id }: RecordKey,
  live: readonly Edit[],
  conflicts?: readonly Conflict[],
): string {
  const [high, low] = recordFingerprint(kind, id, live, conflicts)
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)).toString()
}

/** 16 hexadecimal digits, from what `bit_xor` says as text. */
export function int8ToHex(text: string): string {
  return BigInt.asUintN(64, BigInt(text)).toString(16).padStart(16, '0')
}
