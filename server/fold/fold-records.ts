import {
  beatenEdits,
  conflictsOf,
  type Edit,
  type EditTuple,
  editKey,
  editToTuple,
  hlcToMs,
  isKind,
  type Json,
  type JsonRow,
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

/** Adds edits to the live edits of their records, and drops what is beaten by now. */
export function foldRecords(before: Folds, edits: readonly Edit[]): FoldedRecord[] {
  const after = new Map<string, { kind: string; id: string; live: Edit[]; names: Set<string> }>()
  for (const edit of edits) {
    const key = recordKey(edit)
    let record = after.get(key)
    if (!record) {
      const live = [...(before.get(key) ?? [])]
      record = { kind: edit.kind, id: edit.id, live, names: new Set(live.map(editKey)) }
      after.set(key, record)
    }
    const name = editKey(edit)
    if (record.names.has(name)) continue
    record.names.add(name)
    record.live.push(edit)
  }
  return [...after.values()].map(({ kind, id, live }) => {
    const beaten = beatenEdits(live)
    if (beaten.length === 0) return { kind, id, live, beaten }
    const gone = new Set(beaten)
    return { kind, id, live: live.filter((edit) => !gone.has(edit)), beaten }
  })
}

/** What a commit writes for folded records: the parameters of `modaics_commit`, as JSON. */
export interface FoldWrites {
  readonly folded: readonly {
    readonly kind: string
    readonly id: string
    readonly live: readonly EditTuple[]
    /** 64 bits as a signed decimal number */
    readonly fingerprint: string
    readonly beaten: readonly EditTuple[]
  }[]
  readonly changed: Readonly<Record<string, readonly JsonRow[]>>
  readonly contested: readonly JsonRow[]
}

/** @param keepsHistory whether what is beaten is stored */
export function foldWrites(
  wardrobeId: string,
  records: readonly FoldedRecord[],
  keepsHistory: boolean,
): FoldWrites {
  const folded: FoldWrites['folded'][number][] = []
  const changed: Record<string, JsonRow[]> = {}
  const contested: JsonRow[] = []
  for (const { kind, id, live, beaten } of records) {
    folded.push({
      kind,
      id,
      live: live.map(editToTuple),
      fingerprint: fingerprintOfRecord({ kind, id }, live),
      beaten: keepsHistory ? beaten.map(editToTuple) : [],
    })
    if (isKind(kind)) {
      const rows = changed[kind] ?? []
      changed[kind] = rows
      rows.push(recordToRow(wardrobeId, kind, recordOf(kind, id, live)))
    }
    for (const conflict of conflictsOf(live))
      for (const loser of conflict.losers)
        contested.push({
          wardrobe_id: wardrobeId,
          kind,
          record_id: id,
          field: conflict.field,
          hlc: loser.name[0],
          by: loser.name[1],
          value: loser.value as Json,
          winner_value: conflict.winner.value as Json,
          written_at: new Date(hlcToMs(loser.name[0])).toISOString(),
        })
  }
  return { folded, changed, contested }
}

export const liveFromJson = (tuples: readonly EditTuple[]): Edit[] => tuples.map(tupleToEdit)

/** The fingerprint of a record as PostgreSQL's `bigint` takes it: signed, in decimal. */
export function fingerprintOfRecord({ kind, id }: RecordKey, live: readonly Edit[]): string {
  const [high, low] = recordFingerprint(kind, id, live)
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)).toString()
}

/** 16 hexadecimal digits, from what `bit_xor` says as text. */
export function int8ToHex(text: string): string {
  return BigInt.asUintN(64, BigInt(text)).toString(16).padStart(16, '0')
}
