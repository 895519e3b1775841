import {
  addFingerprints,
  beatenEdits,
  type Conflict,
  conflictsOf,
  type Edit,
  EMPTY_FINGERPRINT,
  editKey,
  type Fingerprint,
  fingerprintToHex,
  isKind,
  KIND_NAMES,
  type Kind,
  type LiveEdit,
  type RecordOf,
  recordFingerprint,
  recordOf,
  recordToRow,
} from '@modaics/shared'
import type { ProjectedRecord, ProjectionSource } from '../projection/projection.js'

export interface RecordKey {
  readonly kind: string
  readonly id: string
}

/** A record that looks different now. */
export interface ChangedRecord extends RecordKey {
  /** the fields set by the edits that came or went; an element of a set by its own name (`tags.linen`) */
  readonly fields: readonly string[]
}

/** An edit of this document that is not in the Yjs document yet: it will be at the end of the turn. */
export type HeldEdit = Edit & { readonly client?: number; readonly clock?: number }

interface Entry {
  edits: HeldEdit[]
  record: unknown
  fingerprint: Fingerprint | undefined
}

/** The fold of the bag, in memory, by record: answers typed reads at once, without SQL. Records are folded when read. */
export interface FoldIndex extends ProjectionSource {
  /** Adds an edit that is about to be written. */
  hold(edit: Edit): void
  apply(added: readonly LiveEdit[], removed: readonly LiveEdit[]): ChangedRecord[]
  /** These are all the edits now. */
  replace(edits: readonly LiveEdit[]): ChangedRecord[]
  live(key: RecordKey): readonly HeldEdit[]
  get<K extends Kind>(kind: K, id: string): RecordOf<K> | undefined
  list<K extends Kind>(kind: K): RecordOf<K>[]
  /** how many records of the kind are there and not removed */
  count(kind: Kind): number
  /** How often records of the kind changed: what was worked out from them is good while this stays. */
  changes(kind: Kind): number
  /** By kind, record and field. The same list as long as nothing about it has changed. */
  conflicts(): readonly Conflict[]
  /** Of all live edits; see `recordFingerprint`. */
  fingerprint(): string
  /** Does a part of the work of `fingerprint`: at most so many records. Returns whether all are done. */
  prepareFingerprint(records: number): boolean
  /** every live edit */
  edits(): Iterable<HeldEdit>
  projected(key: RecordKey): ProjectedRecord | undefined
}

export function createFoldIndex(wardrobeId: string): FoldIndex {
  const kinds = new Map<string, Map<string, Entry>>()
  const changes = new Map<string, number>()
  /** records that have conflicts, and those that may have others than it says here */
  const contested = new Map<string, readonly Conflict[]>()
  const unsure = new Map<string, RecordKey>()
  let shownConflicts: readonly Conflict[] = []

  function entryOf({ kind, id }: RecordKey): Entry {
    let entries = kinds.get(kind)
    if (!entries) {
      entries = new Map()
      kinds.set(kind, entries)
    }
    let entry = entries.get(id)
    if (!entry) {
      entry = { edits: [], record: undefined, fingerprint: undefined }
      entries.set(id, entry)
    }
    return entry
  }

  function changed(entry: Entry, { kind, id }: RecordKey): void {
    changes.set(kind, (changes.get(kind) ?? 0) + 1)
    entry.record = undefined
    entry.fingerprint = undefined
    const key = `${kind} ${id}`
    if (entry.edits.length > 1 || contested.has(key)) unsure.set(key, { kind, id })
  }

  function* entries(): Generator<[kind: string, id: string, entry: Entry]> {
    for (const [kind, records] of kinds) for (const [id, entry] of records) yield [kind, id, entry]
  }

  function read<K extends Kind>(kind: K, id: string, entry: Entry): RecordOf<K> {
    entry.record ??= recordOf(kind, id, entry.edits)
    return entry.record as RecordOf<K>
  }

  function project(kind: Kind, id: string, entry: Entry): ProjectedRecord {
    return {
      kind,
      id,
      revision: revisionOf(entry.edits),
      row: recordToRow(wardrobeId, kind, read(kind, id, entry)),
      conflicts: conflictsOf(entry.edits),
    }
  }

  return {
    hold(edit) {
      const entry = entryOf(edit)
      entry.edits.push(edit)
      changed(entry, edit)
    },
    apply(added, removed) {
      const touched = new Map<string, { kind: string; id: string; fields: Set<string> }>()
      const touch = ({ kind, id, set }: Edit): void => {
        const key = `${kind} ${id}`
        let record = touched.get(key)
        if (!record) {
          record = { kind, id, fields: new Set() }
          touched.set(key, record)
        }
        for (const field in set) record.fields.add(field)
      }
      for (const edit of removed) {
        const entry = entryOf(edit)
        entry.edits = entry.edits.filter((other) => other !== edit)
        changed(entry, edit)
        touch(edit)
        if (entry.edits.length === 0) kinds.get(edit.kind)?.delete(edit.id)
      }
      for (const edit of added) {
        const entry = entryOf(edit)
        const held =
          entry.edits.length > 0
            ? entry.edits.findIndex((other) => other.client === undefined && editKey(other) === editKey(edit))
            : -1
        if (held >= 0) entry.edits[held] = edit
        else entry.edits.push(edit)
        changed(entry, edit)
        touch(edit)
      }
      return [...touched.values()].map(({ kind, id, fields }) => ({ kind, id, fields: [...fields] }))
    },
    replace(edits) {
      const before = new Map(
        [...entries()].map(([kind, id, entry]) => [`${kind} ${id}`, { kind, id, entry }]),
      )
      kinds.clear()
      for (const edit of edits) entryOf(edit).edits.push(edit)
      const records: ChangedRecord[] = []
      const tell = (key: RecordKey, entry: Entry, ...all: HeldEdit[]): void => {
        changed(entry, key)
        records.push({ ...key, fields: [...new Set(all.flatMap(({ set }) => Object.keys(set)))] })
      }
      for (const [kind, id, entry] of entries()) {
        const old = before.get(`${kind} ${id}`)?.entry
        before.delete(`${kind} ${id}`)
        if (!old || revisionOf(old.edits) !== revisionOf(entry.edits))
          tell({ kind, id }, entry, ...entry.edits, ...(old?.edits ?? []))
        else {
          entry.record = old.record
          entry.fingerprint = old.fingerprint
        }
      }
      for (const { kind, id, entry } of before.values()) tell({ kind, id }, entry, ...entry.edits)
      return records
    },
    live: ({ kind, id }) => kinds.get(kind)?.get(id)?.edits ?? [],
    get(kind, id) {
      const entry = kinds.get(kind)?.get(id)
      return entry && read(kind, id, entry)
    },
    list(kind) {
      return [...(kinds.get(kind) ?? [])].map(([id, entry]) => read(kind, id, entry))
    },
    count(kind) {
      let count = 0
      for (const [id, entry] of kinds.get(kind) ?? []) {
        // Most records were never removed: that is seen without folding them.
        const maybeRemoved = entry.edits.some(({ set }) => Object.hasOwn(set, 'deletedAt'))
        if (!maybeRemoved || read(kind, id, entry).deletedAt === null) count++
      }
      return count
    },
    changes: (kind) => changes.get(kind) ?? 0,
    conflicts() {
      let differs = false
      for (const [key, { kind, id }] of unsure) {
        const now = conflictsOf(kinds.get(kind)?.get(id)?.edits ?? [])
        if (now.length === 0 && !contested.has(key)) continue
        differs = true
        if (now.length > 0) contested.set(key, now)
        else contested.delete(key)
      }
      unsure.clear()
      if (differs)
        shownConflicts = [...contested]
          .sort(([x], [y]) => (x < y ? -1 : 1))
          .flatMap(([, conflicts]) => [...conflicts].sort((x, y) => (x.field < y.field ? -1 : 1)))
      return shownConflicts
    },
    fingerprint() {
      let sum = EMPTY_FINGERPRINT
      for (const [kind, id, entry] of entries()) {
        entry.fingerprint ??= recordFingerprint(kind, id, entry.edits)
        sum = addFingerprints(sum, entry.fingerprint)
      }
      return fingerprintToHex(sum)
    },
    prepareFingerprint(records) {
      let left = records
      for (const [kind, id, entry] of entries()) {
        if (entry.fingerprint) continue
        if (left-- <= 0) return false
        entry.fingerprint = recordFingerprint(kind, id, entry.edits)
      }
      return true
    },
    *edits() {
      for (const [, , entry] of entries()) yield* entry.edits
    },
    projected({ kind, id }) {
      const entry = kinds.get(kind)?.get(id)
      return entry && isKind(kind) ? project(kind, id, entry) : undefined
    },
    *all() {
      for (const kind of KIND_NAMES)
        for (const [id, entry] of kinds.get(kind) ?? []) yield project(kind, id, entry)
    },
  }
}

/** Names the set of live edits, from which everything that shows of a record follows. */
export function revisionOf(edits: readonly Edit[]): string {
  const [only] = edits
  if (only && edits.length === 1) return editKey(only)
  return edits.map(editKey).sort().join(' ')
}

/** How far an edit has come: never sent, sent and not acknowledged, or stored on the server (all of others are). */
export type Progress = 'local' | 'sent' | 'stored'

/**
 * The beaten edits that may leave the bag. What the server has is only taken out once an edit that it has too beats it:
 * an edit that is refused must not take its predecessor with it.
 */
export function sweepable(edits: readonly HeldEdit[], progressOf: (edit: HeldEdit) => Progress): HeldEdit[] {
  if (edits.length < 2) return []
  const stored = beatenEdits(edits.filter((edit) => progressOf(edit) === 'stored'))
  return [...stored, ...beatenEdits(edits).filter((edit) => progressOf(edit) === 'local')]
}
