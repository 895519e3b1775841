import {
  type BagChange,
  type BagDocument,
  type Cursor,
  checkEdit,
  compareEdits,
  createBagDocument,
  deviceOf,
  EDIT_LIMITS,
  type Edit,
  type EditName,
  type ErrorCode,
  editKey,
  editToTuple,
  hlcToMs,
  type Json,
  type LiveEdit,
  ModaicsError,
  msToHlc,
  nextHlc,
  overOf,
  type Source,
  tupleToEdit,
} from '@modaics/shared'
import * as Y from 'yjs'
import type { Journal } from '../journal/journal.js'
import { createEmitter, type Emitter } from './emitter.js'
import {
  type ChangedRecord,
  createFoldIndex,
  type FoldIndex,
  type HeldEdit,
  type Progress,
  type RecordKey,
  sweepable,
} from './fold-index.js'
import { ackedKey, type RefusedEdit, type ReplicaMeta, readAcked, readMeta, type SharedMeta } from './meta.js'
import { createSaving } from './saving.js'
import { missedBy, takeStrays } from './strays.js'
import { createWaiters } from './waiters.js'

/** Why a transaction of the document happened. */
export const ORIGIN = {
  local: 'local',
  restamp: 'restamp',
  journal: 'journal',
  remote: 'remote',
  /** written in another tab */
  tab: 'tab',
  /** come from the server, through another tab */
  relayed: 'relayed',
} as const

export interface ReplicaEvents {
  /** records that look different now */
  readonly change: { readonly records: readonly ChangedRecord[]; readonly origin: unknown }
  /** every update of the document after it was opened, with why it happened (`ORIGIN`) */
  readonly update: { readonly update: Uint8Array; readonly origin: unknown }
  /** pending, refused or storage have changed */
  readonly progress: undefined
  /** the server has said here that it has everything of these Yjs clients below these clocks */
  readonly acknowledged: readonly (readonly [client: number, clock: number])[]
  /** an edit is about to be written here; `before`: the live edits of its record until then */
  readonly written: { readonly edit: Edit; readonly before: readonly HeldEdit[] }
  /** edits have left the bag because others beat them; told in one of the tabs only */
  readonly beaten: readonly Edit[]
  /** records are gone for good, with what is live of them here: nothing of them may stay on this device */
  readonly erased: undefined
  /** pending edits have been stamped anew: their new names, by `editKey` of the old */
  readonly renamed: ReadonlyMap<string, EditName>
  /** changed here, and not by `adopt` */
  readonly meta: SharedMeta
  /** another document has taken the place of the one before: a new epoch */
  readonly renewed: undefined
  /** the journal holds the new epoch and nothing of the one before: the other tabs can load it */
  readonly rewritten: undefined
}

export interface WriteRequest {
  readonly kind: string
  readonly id: string
  readonly set: Readonly<Record<string, Json>>
  readonly src?: Source
  readonly confidence?: Readonly<Record<string, number>>
}

/** The device's copy of a wardrobe: journal first, document and fold in memory. */
export interface Replica {
  /** of the moment: a new epoch brings another */
  readonly doc: Y.Doc
  /** of the document; null while it has nothing of the server's */
  readonly epoch: number | null
  readonly index: FoldIndex
  readonly events: Emitter<ReplicaEvents>
  meta(): ReplicaMeta
  /**
   * Makes an edit. It shows at once; the promise resolves when the journal has it.
   * @throws ModaicsError `invalid-edit`, `closed` at once; the promise rejects with `storage-full` or `storage-failed`:
   * then the edit still shows, goes to the server, and is stored with the next edit that can be.
   */
  write(request: WriteRequest): Promise<void>
  /** Resolves when everything written or received so far is in the journal. */
  journaled(): Promise<void>
  /**
   * Resolves when the server has everything written so far. Rejects with the code of the refusal where it refused some of it.
   */
  stored(): Promise<void>
  /**
   * Applies an update that another tab has written, or will write, to the shared journal. What was `authored` there counts
   * as pending here too: whichever tab has the connection sends it, and every tab knows what is not sent. One of another
   * epoch is passed over: its tab carries over what is new in it.
   */
  receiveFromTab(update: Uint8Array, authored: boolean, epoch: number | null): void
  stateVector(): Uint8Array
  /** Names what is not here and others build on; null where there is no such thing. */
  missed(): string | null
  /** What somebody with this state vector lacks, as an update. */
  since(state: Uint8Array): Uint8Array
  /** Up to where the server has what is here, as far as this tab knows. */
  storedClocks(): (readonly [client: number, clock: number])[]
  sharedMeta(): SharedMeta
  /** Takes over what another tab has changed and stored. Returns the edits that were not known to be refused. */
  adopt(shared: SharedMeta): readonly RefusedEdit[]
  /**
   * Takes in what the other tabs have stored: the one that had the connection may not have come to tell it. Where that is
   * a new epoch, it takes the place of the document, and what only this tab has is carried over.
   */
  reload(): Promise<void>
  /**
   * Takes edits out of structs that cannot be placed, because others are missing which the journal may have lost, and
   * writes them anew under their names, until `settleStrays`.
   */
  adoptStrays(): void
  /**
   * The server's state vector, before anything is sent: what it has in its old place is taken out again, for it may know
   * that it is beaten. The journal forgets the strays.
   */
  settleStrays(known: ReadonlyMap<number, number>): void
  /** What the server does not have yet. */
  pending(): { readonly count: number; readonly oldestAt: number | null }
  /** Takes updates of the server into the document, with how far they reach. */
  receive(updates: readonly Uint8Array[], cursor: Cursor | null): void
  /** A new epoch: its bag takes the place of the document, and what the server does not have is carried over. */
  renew(updates: readonly Uint8Array[], cursor: Cursor): void
  /** The server has everything of these Yjs clients below these clocks. */
  acknowledge(clocks: Iterable<readonly [client: number, clock: number]>, cursor: Cursor | null): void
  /** Another tab was told so. */
  acknowledgeFromTab(clocks: Iterable<readonly [client: number, clock: number]>): void
  /**
   * Everything up to here has been handed to the connection; `[]` after it is lost. `all`: another tab has the connection,
   * and may have handed on anything.
   */
  sent(clocks: Iterable<readonly [client: number, clock: number]> | 'all'): void
  /** The server's clock is this far ahead: what it does not have yet is stamped anew, in the same order. */
  correctClock(offset: number): void
  /** The edits of this device are signed by that one from now on, also those that the server does not have yet. */
  adoptDevice(device: string): void
  /** Takes a refused edit out of the way (all pending ones without a name). */
  refuse(code: ErrorCode, detail: string, name?: EditName): void
  dropRefused(name: EditName): RefusedEdit | undefined
  /** Whether photos are not to be sent: remembered, and told to the other tabs. */
  holdUploads(held: boolean): void
  /** Nothing is left of what was erased: see `erasing` of the meta. */
  finishErasing(): Promise<void>
  readonly storageFault: ErrorCode | null
  close(): Promise<void>
}

export interface ReplicaOptions {
  readonly journal: Journal
  /** for a journal that is new */
  readonly fresh: Pick<ReplicaMeta, 'wardrobeId' | 'device'>
  /** ms since 1970, by the device's clock */
  readonly now: () => number
  /** the writer part of `by`: unique to this document */
  readonly writer: string
  /** others may open the same journal: the identity of a new one is stored before they look */
  readonly shared?: boolean
}

/** About how many bytes of one turn's edits go into one Yjs update: the server reads it while the next one is made. */
const BATCH_BYTES = 65_536
/** What an edit takes beside its values: its name, its record, what it is over. */
const EDIT_BYTES = 100

export async function openReplica({
  journal,
  fresh,
  now,
  writer,
  shared = false,
}: ReplicaOptions): Promise<Replica> {
  const content = await journal.load()
  let meta = readMeta(content.meta, fresh)
  let doc = new Y.Doc()
  const index = createFoldIndex(meta.wardrobeId)
  const events = createEmitter<ReplicaEvents>()
  const acked = readAcked(content.meta)
  let handed: ReadonlyMap<number, number> | 'all' = new Map()
  const mine = new Map<string, LiveEdit>()
  /** edits that were carried over, by `editKey`, and the structs that they were in */
  const carried = new Map<string, { readonly client: number; readonly clock: number }>()
  /** how often pending edits have been given other names here */
  let renamings = 0
  const waiters = createWaiters()
  let held: { edit: Edit; size: number }[] = []
  let touchedRecords = new Map<string, RecordKey>()
  let clock = meta.hlc
  let flushing: Promise<void> | null = null
  let closed = false
  const saving = createSaving({
    journal,
    always: () => ({ hlc: clock }),
    onFault: () => events.emit('progress', undefined),
    onRewritten: () => events.emit('rewritten', undefined),
  })

  for (const key of ['wardrobeId', 'device'] as const)
    if (!Object.hasOwn(content.meta, key)) saving.note({ [key]: meta[key] })
  // A journal that lost something may lack what the cursor says it has.
  if (content.damage && meta.cursor) patch({ cursor: { ...meta.cursor, seq: 0 } })
  let epoch = meta.cursor?.epoch ?? null

  function patch(changes: Partial<ReplicaMeta>): void {
    meta = { ...meta, ...changes }
    saving.note(changes as Readonly<Record<string, Json>>)
  }

  /** changes of the turn that is being flushed */
  const localChanges: ReplicaEvents['change']['records'][] = []
  /** a whole document is taken in: what differs is told at the end */
  let installing = false
  let bag: BagDocument = attach(doc)

  function attach(next: Y.Doc): BagDocument {
    next.on('update', onUpdate)
    return createBagDocument(next, onBagChange)
  }

  function onBagChange({ added, removed, origin }: BagChange): void {
    for (const edit of added) {
      if (edit.hlc > clock) clock = edit.hlc
      if (isPending(edit)) mine.set(editKey(edit), edit)
    }
    if (installing) return
    for (const edit of removed) if (mine.get(editKey(edit)) === edit) mine.delete(editKey(edit))
    // Another tab has stamped pending edits anew.
    if (origin === ORIGIN.tab) waiters.replace(removed, added)
    const records = index.apply(added, removed)
    if (removed.length > 0 && (origin === ORIGIN.local || origin === ORIGIN.remote))
      events.emit('beaten', removed)
    if (origin === ORIGIN.local) localChanges.push(records)
    else if (origin !== ORIGIN.journal) events.emit('change', { records, origin })
  }

  function isPending(edit: LiveEdit): boolean {
    const stored = acked.get(edit.client)
    return stored !== undefined && edit.clock >= stored && deviceOf(edit.by) === meta.device
  }

  function progressOf(edit: HeldEdit): Progress {
    const { client, clock: at } = edit
    if (client === undefined || at === undefined) return 'local'
    if (!isPending(edit as LiveEdit)) return 'stored'
    return handed === 'all' || at < (handed.get(client) ?? 0) || edit.hlc <= meta.restamped ? 'sent' : 'local'
  }

  function onUpdate(update: Uint8Array, origin: unknown): void {
    if (origin === ORIGIN.journal) return
    // On its way to the server first: it goes into the journal in the same turn, whatever becomes of the connection.
    events.emit('update', { update, origin })
    // Another tab's update is in the shared journal already.
    if (origin !== ORIGIN.tab && origin !== ORIGIN.relayed) saving.save(update)
  }

  doc.transact(() => {
    for (const update of content.updates) Y.applyUpdate(doc, update, ORIGIN.journal)
  }, ORIGIN.journal)
  // Where tabs share it, those who are there may know more: the one that gets the connection looks again.
  if (!shared) adoptStrays()

  /** From now on this document's edits count as pending until the server says otherwise, also after a restart. */
  function claimClient(): void {
    if (acked.has(doc.clientID)) return
    acked.set(doc.clientID, Y.getState(doc.store, doc.clientID))
    saving.note({ [ackedKey(doc.clientID)]: acked.get(doc.clientID) ?? 0 })
  }

  /** Puts what this turn has gathered into the document: few transactions, whatever was written. */
  function flush(): void {
    flushing = null
    const batch = held
    const touched = touchedRecords
    held = []
    touchedRecords = new Map()
    if (batch.length > 0) claimClient()
    const dropped = new Set<HeldEdit>()
    const beaten: LiveEdit[] = []
    for (const key of touched.values())
      for (const edit of sweepable(index.live(key), progressOf)) {
        if (edit.client === undefined) dropped.add(edit)
        else beaten.push(edit as LiveEdit)
      }
    if (dropped.size > 0) index.apply([], [...dropped] as LiveEdit[])
    let edits: Edit[] = []
    let size = 0
    const kept = batch.filter(({ edit }) => !dropped.has(edit))
    for (const [i, entry] of kept.entries()) {
      edits.push(entry.edit)
      size += entry.size + EDIT_BYTES
      if (size < BATCH_BYTES && i < kept.length - 1) continue
      bag.write(edits, i === kept.length - 1 ? beaten : [], ORIGIN.local)
      edits = []
      size = 0
    }
    // Those who look at the change come after those who pass it on.
    for (const records of localChanges.splice(0)) events.emit('change', { records, origin: ORIGIN.local })
    events.emit('progress', undefined)
  }

  /** Writes edits of this device that the document does not have, under the names that they have. */
  function carryOver(edits: readonly Edit[]): void {
    const known = new Set<string>()
    for (const edit of bag.all()) known.add(editKey(edit))
    const own = new Map<string, Edit>()
    for (const edit of edits)
      if (!known.has(editKey(edit)) && deviceOf(edit.by) === meta.device) own.set(editKey(edit), edit)
    if (own.size === 0) return
    claimClient()
    const carried = [...own.values()].sort(compareEdits)
    bag.write(
      carried.map((edit) => tupleToEdit(editToTuple(edit))),
      [],
      ORIGIN.restamp,
    )
  }

  function adoptStrays(): void {
    const strays = takeStrays(doc)
    if (strays.length === 0) return
    // What stood before them is lost here: the server has it, unless nobody has.
    if (meta.cursor) patch({ cursor: { ...meta.cursor, seq: 0 } })
    carryOver(strays)
    for (const stray of strays) carried.set(editKey(stray), stray)
  }

  function settleStrays(known: ReadonlyMap<number, number>): void {
    if (carried.size === 0) return
    const copies = [...bag.all()].filter((edit) => {
      const former = carried.get(editKey(edit))
      return (
        former &&
        edit.client !== former.client &&
        former.clock < (known.get(former.client) ?? 0) &&
        isPending(edit)
      )
    })
    if (copies.length > 0) bag.write([], copies, ORIGIN.restamp)
    const settled = new Set(carried.keys())
    carried.clear()
    saving.rewrite((stored) => contentOf(stored, Y.decodeStateVector(Y.encodeStateVector(doc)), settled))
    saving.save(null)
  }

  function acknowledge(clocks: readonly (readonly [client: number, clock: number])[]): void {
    for (const [client, at] of clocks) {
      const known = acked.get(client)
      if (known === undefined || at <= known) continue
      acked.set(client, at)
      saving.note({ [ackedKey(client)]: at })
    }
    for (const [key, edit] of mine) if (!isPending(edit)) mine.delete(key)
    forgetOldClients()
    settleWaiters()
    saving.soon()
    events.emit('progress', undefined)
  }

  /** Another document takes the place of this one. */
  function install(next: Y.Doc, clocks: ReadonlyMap<number, number>): void {
    const before = [...bag.all()]
    const pending = [...mine.values()]
    bag.close()
    doc.off('update', onUpdate)
    for (const client of acked.keys()) if (!clocks.has(client)) saving.note({ [ackedKey(client)]: null })
    acked.clear()
    for (const [client, at] of clocks) acked.set(client, at)
    handed = handed === 'all' ? 'all' : new Map()
    mine.clear()
    const strays = takeStrays(next)
    doc = next
    installing = true
    bag = attach(next)
    installing = false
    const records = index.replace([...bag.all()])
    const known = new Set([...bag.all(), ...pending].map(editKey))
    // A record that the bag has nothing of was erased: one that is removed is still there, one that was never sent pending.
    const unsent = new Set(pending.map(({ kind, id }) => `${kind} ${id}`))
    const isErased = (edit: Edit): boolean =>
      index.live(edit).length === 0 && !unsent.has(`${edit.kind} ${edit.id}`)
    const gone = before.filter((edit) => !known.has(editKey(edit)))
    const beaten = gone.filter((edit) => !isErased(edit))
    const erased = before.filter(isErased)
    if (beaten.length > 0) events.emit('beaten', beaten)
    events.emit('renewed', undefined)
    events.emit('change', { records, origin: ORIGIN.remote })
    carried.clear()
    carryOver([...pending, ...strays])
    noteErased(erased)
    settleWaiters()
    events.emit('progress', undefined)
  }

  function noteErased(edits: readonly Edit[]): void {
    if (edits.length === 0) return
    const records = new Set(edits.map(({ kind, id }) => `${kind} ${id}`))
    const pictures = edits.flatMap(({ kind, set }) =>
      kind === 'photos' && typeof set.hash === 'string' ? [set.hash] : [],
    )
    patch({
      erasing: [...new Set([...(meta.erasing ?? []), ...pictures])],
      refused: meta.refused.filter(({ edit: [, , kind, id] }) => !records.has(`${kind} ${id}`)),
    })
    events.emit('erased', undefined)
  }

  /** What was written here of a record that others have erased. */
  function forgetErased({ kind, id }: Edit, why: ModaicsError): void {
    const late = [...mine.values()].filter((edit) => edit.kind === kind && edit.id === id)
    waiters.refuse(late, why)
    bag.write([], late, ORIGIN.restamp)
    noteErased(late)
    saving.compact()
    events.emit('progress', undefined)
  }

  function documentOf(updates: readonly Uint8Array[]): Y.Doc {
    const next = new Y.Doc()
    next.transact(() => {
      for (const update of updates) Y.applyUpdate(next, update, ORIGIN.journal)
    }, ORIGIN.journal)
    return next
  }

  /**
   * What the journal is to hold in the place of all it has. Another tab may have stored edits that this one has not heard
   * of; they are known by their structs, which `old` does not have. What is `settled` is not among them.
   */
  function contentOf(
    stored: readonly Uint8Array[],
    old: ReadonlyMap<number, number>,
    settled: ReadonlySet<string> = new Set(),
  ): Uint8Array {
    if (shared) {
      const journaled = documentOf(stored)
      const unheard: Edit[] = takeStrays(journaled).filter((edit) => !settled.has(editKey(edit)))
      const other = createBagDocument(journaled, () => {})
      for (const edit of other.all())
        if (edit.clock >= (old.get(edit.client) ?? 0) && edit.clock >= Y.getState(doc.store, edit.client))
          unheard.push(edit)
      other.close()
      carryOver(unheard)
    }
    return Y.encodeStateAsUpdate(doc)
  }

  /** What came from a tab that could not store it, and may be gone: a cursor that covers it must not be alone there. */
  function saveUnstored(stored: readonly Uint8Array[]): void {
    const journaled = new Y.Doc()
    journaled.transact(() => {
      for (const update of stored) Y.applyUpdate(journaled, update)
    })
    journaled.store.pendingStructs = null
    const state = Y.decodeStateVector(Y.encodeStateVector(journaled))
    const ours = Y.decodeStateVector(Y.encodeStateVector(doc))
    if ([...ours].some(([client, at]) => at > (state.get(client) ?? 0)))
      saving.save(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(journaled)))
    journaled.destroy()
  }

  function requireOpen(): void {
    if (closed) throw new ModaicsError('closed', 'the wardrobe is closed')
  }

  function write({ kind, id, set, src = 'user', confidence = {} }: WriteRequest): Promise<void> {
    requireOpen()
    const key = { kind, id }
    const over = overOf(index.live(key), Object.keys(set), src)
    const hlc = nextHlc(clock, now() + meta.clockOffset)
    const edit: Edit = { hlc, by: `${meta.device}/${writer}`, kind, id, set, over, src, confidence }
    const checked = checkEdit(editToTuple(edit))
    if (!checked.ok) throw new ModaicsError('invalid-edit', checked.detail)
    clock = hlc
    if (events.listened('written')) events.emit('written', { edit, before: [...index.live(key)] })
    index.hold(edit)
    held.push({ edit, size: checked.size })
    touchedRecords.set(`${kind} ${id}`, key)
    flushing ??= Promise.resolve().then(async () => {
      flush()
      await saving.appended()
    })
    return flushing
  }

  /**
   * Replaces pending edits by others of the same content, in one transaction. Each beats its former self: that may have
   * reached the server, or be on the way there, and nobody has been told. Its name was never used before, whatever the
   * clock does: else it would beat itself, or be beaten by what beat its former self.
   */
  function rewritePending(change: (edit: LiveEdit, renamed: (name: EditName) => EditName) => Edit): void {
    if (held.length > 0) flush()
    const suffix = `--${writer}-${++renamings}`
    const pending = [...mine.values()].sort(compareEdits)
    if (pending.length === 0) return
    const names = new Map<string, EditName>()
    const edits: Edit[] = []
    for (const edit of pending) {
      const changed = change(edit, (name) => names.get(editKey({ hlc: name[0], by: name[1] })) ?? name)
      const next = { ...changed, by: changed.by.replace(RENAMED, '') + suffix }
      names.set(editKey(edit), [next.hlc, next.by])
      edits.push({ ...next, over: overFormer(next, edit) })
    }
    patch({ restamped: Math.max(...edits.map(({ hlc }) => hlc)) })
    waiters.rename(names)
    events.emit('renamed', names)
    claimClient()
    bag.write(edits, pending, ORIGIN.restamp)
  }

  const settleWaiters = (): void => waiters.settle((key) => mine.has(key))

  function findMine(): void {
    mine.clear()
    for (const edit of bag.all()) if (isPending(edit)) mine.set(editKey(edit), edit)
  }

  function sharedMeta(): SharedMeta {
    const { device, clockOffset, refused, uploadsHeld } = meta
    return { device, clockOffset, refused, uploadsHeld }
  }

  /** A Yjs client of an earlier run that the server has everything of need not be remembered. */
  function forgetOldClients(): void {
    const waiting = new Set([...mine.values()].map(({ client }) => client))
    for (const client of [...acked.keys()])
      if (client !== doc.clientID && !waiting.has(client)) {
        acked.delete(client)
        saving.note({ [ackedKey(client)]: null })
      }
  }

  if (shared && saving.noted) {
    saving.save(null)
    await saving.appended().catch(() => {}) // what cannot be stored is told by `storageFault`
  }

  return {
    get doc() {
      return doc
    },
    get epoch() {
      return epoch
    },
    index,
    events,
    meta: () => ({ ...meta, hlc: clock }),
    write,
    journaled: async () => {
      await flushing
      await saving.journaled()
    },
    async stored() {
      if (flushing) await flushing // or a refusal could come between the call and the look
      if (mine.size === 0) return
      await waiters.wait(mine.keys())
    },
    receiveFromTab(update, authored, theirs) {
      if (theirs !== null && epoch !== null && theirs !== epoch) return
      epoch ??= theirs
      if (authored)
        for (const client of Y.parseUpdateMeta(update).from.keys())
          if (!acked.has(client)) {
            acked.set(client, Y.getState(doc.store, client))
            saving.note({ [ackedKey(client)]: acked.get(client) ?? 0 })
            saving.soon()
          }
      Y.applyUpdate(doc, update, authored ? ORIGIN.tab : ORIGIN.relayed)
      if (authored) events.emit('progress', undefined)
    },
    stateVector: () => Y.encodeStateVector(doc),
    missed: () => missedBy(doc),
    since: (state) => Y.encodeStateAsUpdate(doc, state),
    storedClocks: () =>
      [...Y.decodeStateVector(Y.encodeStateVector(doc))].map(([client, clock]) => [
        client,
        acked.get(client) ?? clock,
      ]),
    sharedMeta,
    adopt(theirs) {
      const known = new Set(meta.refused.map(({ edit: [hlc, by] }) => editKey({ hlc, by })))
      const fresh = theirs.refused.filter(({ edit: [hlc, by] }) => !known.has(editKey({ hlc, by })))
      const moved = theirs.device !== meta.device
      meta = { ...meta, ...theirs }
      if (moved) findMine()
      for (const { edit, code, detail } of fresh)
        waiters.refuse([tupleToEdit(edit)], new ModaicsError(code, detail))
      events.emit('progress', undefined)
      return fresh
    },
    adoptStrays,
    settleStrays,
    async reload() {
      const stored = await journal.load()
      const { cursor } = readMeta(stored.meta, meta)
      if (cursor && epoch !== null && cursor.epoch !== epoch) {
        if (held.length > 0) flush()
        epoch = cursor.epoch
        meta = readMeta(stored.meta, meta)
        saving.forgetUnsaved() // of the old epoch; what is new in it is carried over
        install(documentOf(stored.updates), readAcked(stored.meta))
        return
      }
      for (const [client, at] of readAcked(stored.meta))
        acked.set(client, Math.max(at, acked.get(client) ?? 0))
      meta = readMeta(stored.meta, meta)
      epoch ??= meta.cursor?.epoch ?? null
      doc.transact(() => {
        for (const update of stored.updates) Y.applyUpdate(doc, update, ORIGIN.relayed)
      }, ORIGIN.relayed)
      saveUnstored(stored.updates)
      findMine()
      settleWaiters()
      events.emit('progress', undefined)
    },
    pending() {
      let oldest: number | null = null
      for (const { hlc } of mine.values()) if (oldest === null || hlc < oldest) oldest = hlc
      return {
        count: mine.size + held.length,
        oldestAt: oldest === null ? null : hlcToMs(oldest) - meta.clockOffset,
      }
    },
    receive(updates, cursor) {
      if (cursor) epoch ??= cursor.epoch
      // The cursor goes into the journal with the updates that it covers, or after them.
      if (cursor) patch({ cursor, syncedAt: now() })
      doc.transact(() => {
        for (const update of updates) Y.applyUpdate(doc, update, ORIGIN.remote)
      }, ORIGIN.remote)
      if (saving.noted) saving.soon()
    },
    renew(updates, cursor) {
      if (held.length > 0) flush()
      const old = Y.decodeStateVector(Y.encodeStateVector(doc))
      epoch = cursor.epoch
      patch({ cursor, syncedAt: now() })
      saving.rewrite((stored) => contentOf(stored, old))
      install(documentOf(updates), new Map())
      saving.save(null)
    },
    acknowledge(stored, cursor) {
      const clocks = [...stored]
      patch({ syncedAt: now(), ...(cursor ? { cursor } : {}) })
      acknowledge(clocks)
      events.emit('acknowledged', clocks)
    },
    acknowledgeFromTab: (clocks) => acknowledge([...clocks]),
    sent(clocks) {
      handed = clocks === 'all' ? 'all' : new Map(clocks)
    },
    correctClock(offset) {
      const shift = offset - meta.clockOffset
      patch({ clockOffset: offset })
      events.emit('meta', sharedMeta())
      const latest = msToHlc(now() + offset)
      let last = 0
      rewritePending((edit, renamed) => {
        const over = renameAll(edit.over, renamed)
        let floor = last
        // Later than what it beats and is there: former selves, with the stamps of a wrong clock, are not.
        const there = new Set(index.live(edit).map(editKey))
        for (const names of Object.values(over))
          for (const [hlc, by] of names) if (hlc > floor && there.has(editKey({ hlc, by }))) floor = hlc
        last = Math.max(floor + 1, Math.min(msToHlc(hlcToMs(edit.hlc) + shift), latest))
        return { ...tupleToEdit(editToTuple(edit)), hlc: last, over }
      })
      // A clock that ran ahead must not drag all later stamps with it.
      clock = Math.max(last, latest)
      for (const edit of bag.all()) if (edit.hlc > clock) clock = edit.hlc
      saving.save(null)
    },
    adoptDevice(device) {
      if (device === meta.device) return
      // Each keeps its writer: two tabs may have stamped at the same time.
      rewritePending((edit, renamed) => ({
        ...tupleToEdit(editToTuple(edit)),
        by: device + edit.by.slice(deviceOf(edit.by).length),
        over: renameAll(edit.over, renamed),
      }))
      patch({ device })
      findMine()
      events.emit('meta', sharedMeta())
      saving.save(null)
    },
    refuse(code, detail, name) {
      if (held.length > 0) flush()
      const named = name && mine.get(editKey({ hlc: name[0], by: name[1] }))
      const edits = name ? (named ? [named] : []) : [...mine.values()]
      if (edits.length === 0) return
      if (code === 'erased' && named) return forgetErased(named, new ModaicsError(code, detail))
      const refused = edits.map((edit) => ({ edit: editToTuple(edit), code, detail, refusedAt: now() }))
      patch({ refused: [...meta.refused, ...refused] })
      events.emit('meta', sharedMeta())
      waiters.refuse(edits, new ModaicsError(code, detail))
      bag.write([], edits, ORIGIN.restamp)
      events.emit('progress', undefined)
    },
    holdUploads(uploadsHeld) {
      if (uploadsHeld === meta.uploadsHeld) return
      patch({ uploadsHeld })
      events.emit('meta', sharedMeta())
      saving.save(null)
    },
    dropRefused(name) {
      const found = meta.refused.find(({ edit }) => edit[0] === name[0] && edit[1] === name[1])
      if (!found) return undefined
      patch({ refused: meta.refused.filter((other) => other !== found) })
      events.emit('meta', sharedMeta())
      saving.save(null)
      events.emit('progress', undefined)
      return found
    },
    async finishErasing() {
      patch({ erasing: null })
      saving.save(null)
      await saving.appended()
    },
    get storageFault() {
      return saving.fault
    },
    async close() {
      if (closed) return
      if (held.length > 0) flush()
      closed = true
      waiters.close()
      const failed = await saving.close().then(
        () => null,
        (error: unknown) => ({ error }),
      )
      bag.close()
      doc.destroy()
      await journal.close()
      if (failed) throw failed.error
    },
  }
}

/** What `rewritePending` puts behind a writer. */
const RENAMED = /--[A-Za-z0-9_-]+-\d+$/

/** What an edit beats, and its former self in each field. */
function overFormer({ set, over }: Edit, { hlc, by }: Edit): Edit['over'] {
  const former = Object.keys(set).map((field) => [
    field,
    [...(over[field] ?? []), [hlc, by]].slice(-EDIT_LIMITS.names),
  ])
  return { ...over, ...Object.fromEntries(former) }
}

function renameAll(over: Edit['over'], renamed: (name: EditName) => EditName): Edit['over'] {
  return Object.fromEntries(Object.entries(over).map(([field, names]) => [field, names.map(renamed)]))
}
