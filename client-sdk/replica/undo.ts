import { compareEdits, type Edit, editKey, isBeaten, type Json, RELEASE, winnerOf } from '@modaics/shared'
import type { RecordKey } from './fold-index.js'
import type { Replica } from './replica.js'

/** What was taken back, or made again. */
export interface Undone {
  /** records that look different now */
  readonly records: readonly RecordKey[]
  /** fields that were left as they are, because somebody else has written them since */
  readonly left: readonly (RecordKey & { readonly field: string })[]
}

/**
 * Takes back what this document wrote, a step at a time: what was written in one turn is one step. Only this document's
 * own writing, from its opening on, and never what another wrote: a field that another has written since stays as it is,
 * and where another's value lost against the one that is taken back, that value shows. [UN1] [UN2]
 */
export interface Undo {
  /** null where there is nothing left to take back. Resolves when the journal has it. */
  undo(): Promise<Undone | null>
  redo(): Promise<Undone | null>
  /** how many steps there are in either direction */
  steps(): { readonly undo: number; readonly redo: number }
}

export interface UndoOptions {
  readonly replica: Pick<Replica, 'index' | 'events' | 'write'>
  /** the writer part of `by` of this document */
  readonly writer: string
  /** ms since 1970 */
  readonly now: () => number
}

/** What a step did to one field. Edits are named by `editKey`. */
interface FieldChange extends RecordKey {
  readonly field: string
  /** what showed before, and in which edit: to be shown again by undo */
  before: Json
  beforeKey: string
  after: Json
  afterKey: string
  /** the record was made by this step: taken back as a whole */
  readonly made: boolean
}

type Step = Map<string, FieldChange>

const MAX_STEPS = 200

export function createUndo({ replica, writer, now }: UndoOptions): Undo {
  const { index, events } = replica
  let undoable: Step[] = []
  let redoable: Step[] = []
  /** the step of this turn */
  let current: Step | null = null
  /** `KIND ID` of the records that this turn has made */
  let madeNow = new Set<string>()
  /** the edit that is being written takes a step back or makes it again */
  let replaying = false
  /** `FIELD|EDIT` → the edit whose value that one shows again */
  const standsFor = new Map<string, string>()

  /** Also under another name that it was given since. */
  const isMine = ({ by }: Edit): boolean => `${by}--`.includes(`/${writer}--`)

  function origin(field: string, key: string): string {
    let at = key
    for (
      let next = standsFor.get(`${field}|${at}`);
      next !== undefined;
      next = standsFor.get(`${field}|${at}`)
    )
      at = next
    return at
  }

  function shownIn({ kind, id }: RecordKey, field: string): string | null {
    const winner = winnerOf(index.live({ kind, id }), field, 'user')
    return winner ? origin(field, editKey(winner)) : null
  }

  events.on('written', ({ edit, before }) => {
    if (replaying || edit.src !== 'user') return
    if (!current) {
      current = new Map()
      madeNow = new Set()
      undoable = [...undoable.slice(-MAX_STEPS + 1), current]
      redoable = []
      queueMicrotask(() => {
        current = null
      })
    }
    const step = current
    const { kind, id } = edit
    const afterKey = editKey(edit)
    if (before.length === 0) madeNow.add(`${kind} ${id}`)
    const made = madeNow.has(`${kind} ${id}`)
    for (const field of Object.keys(edit.set)) {
      const place = `${kind} ${id} ${field}`
      const after = edit.set[field] ?? null
      const known = step.get(place)
      if (known) {
        known.after = after
        known.afterKey = afterKey
        continue
      }
      const winner = winnerOf(before, field, 'user')
      step.set(place, {
        kind,
        id,
        field,
        before: winner ? (winner.set[field] ?? null) : RELEASE,
        beforeKey: winner ? origin(field, editKey(winner)) : `none ${afterKey}`,
        after,
        afterKey,
        made,
      })
    }
  })

  events.on('erased', () => {
    for (const steps of [undoable, redoable])
      for (const step of steps)
        for (const [place, change] of step) if (index.live(change).length === 0) step.delete(place)
    undoable = undoable.filter(({ size }) => size > 0)
    redoable = redoable.filter(({ size }) => size > 0)
  })

  events.on('renamed', (names) => {
    const renamed = (key: string): string => {
      const name = names.get(key)
      return name ? editKey({ hlc: name[0], by: name[1] }) : key
    }
    for (const step of [...undoable, ...redoable])
      for (const change of step.values()) {
        change.beforeKey = renamed(change.beforeKey)
        change.afterKey = renamed(change.afterKey)
      }
    for (const [place, key] of [...standsFor]) {
      const bar = place.indexOf('|')
      standsFor.delete(place)
      standsFor.set(`${place.slice(0, bar)}|${renamed(place.slice(bar + 1))}`, renamed(key))
    }
  })

  /** Writes one edit and says which earlier ones its fields stand for. */
  function write(key: RecordKey, set: Readonly<Record<string, Json>>, stands: ReadonlyMap<string, string>) {
    replaying = true
    try {
      let written: Edit | undefined
      const off = events.on('written', ({ edit }) => {
        written = edit
      })
      const stored = replica.write({ ...key, set })
      off()
      for (const [field, origin] of stands) if (written) standsFor.set(`${field}|${editKey(written)}`, origin)
      return stored
    } finally {
      replaying = false
    }
  }

  /** The others' value that lost against this field's winner, if there is one. */
  function lost(key: RecordKey, field: string): Edit | undefined {
    const live = index.live(key)
    const winner = winnerOf(live, field, 'user')
    return live
      .filter(
        (edit) =>
          edit !== winner &&
          edit.src === 'user' &&
          Object.hasOwn(edit.set, field) &&
          !isMine(edit) &&
          !isBeaten(live, field, edit),
      )
      .sort((x, y) => compareEdits(y, x))[0]
  }

  async function replay(step: Step, back: boolean): Promise<Undone> {
    const left: (RecordKey & { field: string })[] = []
    const records = new Map<string, RecordKey & { set: Record<string, Json>; stands: Map<string, string> }>()
    for (const change of step.values()) {
      const { kind, id, field } = change
      const key = { kind, id }
      const name = `${kind} ${id}`
      if (change.made) {
        // A record that others have written in is theirs too.
        if (index.live(key).some((edit) => edit.src === 'user' && !isMine(edit))) left.push({ ...key, field })
        else
          records.set(name, {
            ...key,
            set: { deletedAt: back ? now() : null },
            stands: new Map(),
          })
        continue
      }
      if (shownIn(key, field) !== origin(field, back ? change.afterKey : change.beforeKey)) {
        left.push({ ...key, field })
        continue
      }
      const other = back ? lost(key, field) : undefined
      if (other) {
        change.before = other.set[field] ?? null
        change.beforeKey = editKey(other)
      }
      const record = records.get(name) ?? { ...key, set: {} as Record<string, Json>, stands: new Map() }
      record.set[field] = back ? change.before : change.after
      record.stands.set(field, back ? change.beforeKey : origin(field, change.afterKey))
      records.set(name, record)
    }
    const writes = [...records.values()].map(({ kind, id, set, stands }) => write({ kind, id }, set, stands))
    await Promise.all(writes)
    return { records: [...records.values()].map(({ kind, id }) => ({ kind, id })), left }
  }

  /** The newest step that still does something; those that others have written over altogether are passed by. */
  async function move(from: 'undo' | 'redo'): Promise<Undone | null> {
    const left: Undone['left'][number][] = []
    current = null
    for (;;) {
      const step = (from === 'undo' ? undoable : redoable).pop()
      if (!step) return null
      const done = await replay(step, from === 'undo')
      left.push(...done.left)
      if (done.records.length === 0) continue
      if (from === 'undo') redoable.push(step)
      else undoable.push(step)
      return { records: done.records, left }
    }
  }

  return {
    undo: () => move('undo'),
    redo: () => move('redo'),
    steps: () => ({ undo: undoable.length, redo: redoable.length }),
  }
}
