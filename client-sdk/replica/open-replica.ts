import {
  type BagChange,
  type BagDocument,
  beatenEdits,
  checkEdit,
  compareEdits,
  createBagDocument,
  deviceOf,
  type Edit,
  editKey,
  editToTuple,
  hlcToMs,
  isBeaten,
  type Json,
  type LiveEdit,
  ModaicsError,
  msToHlc,
  nextHlc,
  overOf,
  tupleToEdit,
} from '@modaics/shared'
import * as Y from 'yjs'
import { inBatches } from './batches.js'
import { createClientClocks } from './client-clocks.js'
import { documentOf, editsIn, lackingIn } from './documents.js'
import { createEmitter } from './emitter.js'
import { createFoldIndex, type HeldEdit, type Progress, type RecordKey, sweepable } from './fold-index.js'
import { type ReplicaMeta, readAcked, readMeta, type SharedMeta, unknownOf } from './meta.js'
import {
  ORIGIN,
  type Replica,
  type ReplicaEvents,
  type ReplicaOptions,
  type WriteRequest,
} from './replica.js'
import { type Change, restamp, shifted, signedBy } from './restamp.js'
import { createSaving } from './saving.js'
import { missedBy, takeStrays } from './strays.js'
import { takeIn } from './taking-in.js'
import { createWaiters } from './waiters.js'

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

  const clients = createClientClocks(readAcked(content.meta), saving.note)
  for (const key of ['wardrobeId', 'device'] as const)
    if (!Object.hasOwn(content.meta, key)) saving.note({ [key]: meta[key] })
  // A journal that lost something may lack what the cursor says it has.
  if (content.damage && meta.cursor) patch({ cursor: { ...meta.cursor, seq: 0 } })
  let epoch = meta.cursor?.epoch ?? null

  /** The clock was wrong: one that ran ahead must not drag all later stamps with it. */
  function resetClock(): void {
    clock = msToHlc(now() + meta.clockOffset)
    for (const edit of bag.all()) if (edit.hlc > clock) clock = edit.hlc
  }

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
    return clients.lacks(edit) && deviceOf(edit.by) === meta.device
  }

  function progressOf(edit: HeldEdit): Progress {
    if (edit.client === undefined || edit.clock === undefined) return 'local'
    const live = edit as LiveEdit
    if (!isPending(live)) return 'stored'
    return clients.wasHanded(live) || edit.hlc <= meta.restamped ? 'sent' : 'local'
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
  // An earlier run may have sent what is here, and not have come to hear of it.
  clients.hand(Y.decodeStateVector(Y.encodeStateVector(doc)))
  // Where tabs share it, those who are there may know more: the one that gets the connection looks again.
  if (!shared) adoptStrays()

  /** Puts what this turn has gathered into the document: few transactions, whatever was written. */
  function flush(): void {
    flushing = null
    const batch = held
    const touched = touchedRecords
    held = []
    touchedRecords = new Map()
    if (batch.length > 0) clients.claim(doc)
    const dropped = new Set<HeldEdit>()
    const beaten: LiveEdit[] = []
    for (const key of touched.values())
      for (const edit of sweepable(index.live(key), progressOf)) {
        if (edit.client === undefined) dropped.add(edit)
        else beaten.push(edit as LiveEdit)
      }
    if (dropped.size > 0) index.apply([], [...dropped] as LiveEdit[])
    const batches = inBatches(batch.filter(({ edit }) => !dropped.has(edit)))
    for (const [i, edits] of batches.entries()) {
      const last = i === batches.length - 1
      bag.write(edits, last ? beaten : [], ORIGIN.local)
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
      if (!known.has(editKey(edit)) && deviceOf(edit.by) === meta.device && !isSuperseded(edit))
        own.set(editKey(edit), edit)
    if (own.size === 0) return
    clients.claim(doc)
    const carried = [...own.values()].sort(compareEdits)
    bag.write(
      carried.map((edit) => tupleToEdit(editToTuple(edit))),
      [],
      ORIGIN.carried,
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
    clients.raise(clocks)
    for (const [key, edit] of mine) if (!clients.lacks(edit)) mine.delete(key)
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
    clients.replace(clocks)
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
    carryOver([...pending.flatMap(signedNow), ...strays])
    noteErased(erased)
    settleWaiters()
    events.emit('progress', undefined)
  }

  /**
   * What the bag beats is not carried over: it was written over, or another tab has stamped it anew there. Whoever waits for
   * it waits for that.
   */
  function isSuperseded(edit: Edit): boolean {
    const live = index.live(edit) as readonly LiveEdit[]
    if (!beatenEdits([...live, edit]).includes(edit)) return false
    const [first = ''] = Object.keys(edit.set)
    waiters.replace(
      [edit],
      live.filter((other) => isPending(other) && isBeaten([other], first, edit)),
    )
    return true
  }

  /** Another tab has told of another signature, and had its document signed, but not this one. */
  function signedNow(edit: LiveEdit): readonly Edit[] {
    if (deviceOf(edit.by) === meta.device) return [edit]
    if (isSuperseded(edit)) return []
    const { edits } = restamp([edit], `--${writer}-${++renamings}`, signedBy(meta.device))
    waiters.replace([edit], edits)
    return edits
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
      const { strays, edits } = editsIn(stored)
      const isUnheard = ({ client, clock: at }: LiveEdit): boolean =>
        at >= (old.get(client) ?? 0) && at >= Y.getState(doc.store, client)
      carryOver([...strays.filter((edit) => !settled.has(editKey(edit))), ...edits.filter(isUnheard)])
    }
    return Y.encodeStateAsUpdate(doc)
  }

  /** What is stored; but for refusals that a tab told of and could not store. */
  function takeMeta(stored: Readonly<Record<string, Json>>): void {
    const told = meta.refused
    meta = readMeta(stored, meta)
    const unstored = unknownOf(told, meta.refused)
    if (unstored.length > 0) patch({ refused: [...meta.refused, ...unstored] })
  }

  /** What came from a tab that could not store it, and may be gone: a cursor that covers it must not be alone there. */
  function saveUnstored(stored: readonly Uint8Array[]): void {
    const update = lackingIn(stored, doc)
    if (update) saving.save(update)
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

  /** Replaces pending edits by others of the same content, in one transaction. */
  function rewritePending(change: Change): void {
    if (held.length > 0) flush()
    const suffix = `--${writer}-${++renamings}`
    const pending = [...mine.values()]
    if (pending.length === 0) return
    const { edits, names } = restamp(pending, suffix, change)
    patch({ restamped: Math.max(...edits.map(({ hlc }) => hlc)) })
    waiters.rename(names)
    events.emit('renamed', names)
    clients.claim(doc)
    bag.write(edits, pending, ORIGIN.restamp)
  }

  const settleWaiters = (): void => waiters.settle((key) => mine.has(key))

  /** @param kept pending though another signs: whoever told of that may have another epoch, and not sign these */
  function findMine(kept: readonly LiveEdit[] = []): void {
    mine.clear()
    for (const edit of kept) mine.set(editKey(edit), edit)
    for (const edit of bag.all()) if (isPending(edit)) mine.set(editKey(edit), edit)
  }

  function sharedMeta(): SharedMeta {
    const { device, clockOffset, refused, uploadsHeld } = meta
    return { device, clockOffset, refused, uploadsHeld }
  }

  function forgetOldClients(): void {
    const waiting = new Set([...mine.values()].map(({ client }) => client))
    clients.forget((client) => client === doc.clientID || waiting.has(client))
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
      // Not when the journal has them: a refusal may come before that, and what it sets aside would count as stored.
      if (held.length > 0) flush()
      if (mine.size === 0) return
      await waiters.wait(mine.keys())
    },
    receiveFromTab(update, authored, theirs) {
      if (theirs !== null && epoch !== null && theirs !== epoch) return
      epoch ??= theirs
      if (authored && clients.claimAuthors(update, doc)) saving.soon()
      Y.applyUpdate(doc, update, authored ? ORIGIN.tab : ORIGIN.relayed)
      if (authored) events.emit('progress', undefined)
    },
    stateVector: () => Y.encodeStateVector(doc),
    missed: () => missedBy(doc),
    since: (state) => Y.encodeStateAsUpdate(doc, state),
    storedClocks: () => clients.of(doc),
    sharedMeta,
    adopt(theirs) {
      const fresh = unknownOf(theirs.refused, meta.refused)
      const moved = theirs.device !== meta.device
      const corrected = theirs.clockOffset !== meta.clockOffset
      meta = { ...meta, ...theirs }
      if (moved) findMine([...mine.values()])
      if (corrected) resetClock()
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
        takeMeta(stored.meta)
        saving.forgetUnsaved() // of the old epoch; what is new in it is carried over
        install(documentOf(stored.updates, ORIGIN.journal), readAcked(stored.meta))
        resetClock()
        return
      }
      clients.merge(readAcked(stored.meta))
      takeMeta(stored.meta)
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
      takeIn(doc, updates, ORIGIN.remote, onUpdate, (whole) => {
        for (const update of whole) events.emit('update', { update, origin: ORIGIN.remote })
        saving.saveAll(whole)
      })
      if (saving.noted) saving.soon()
    },
    renew(updates, cursor) {
      if (held.length > 0) flush()
      const old = Y.decodeStateVector(Y.encodeStateVector(doc))
      epoch = cursor.epoch
      patch({ cursor, syncedAt: now() })
      saving.rewrite((stored) => contentOf(stored, old))
      install(documentOf(updates, ORIGIN.journal), new Map())
      saving.save(null)
    },
    acknowledge(stored, cursor) {
      const clocks = [...stored]
      // The document is one of this epoch, though nothing may have come from the server yet.
      if (cursor) epoch ??= cursor.epoch
      patch({ syncedAt: now(), ...(cursor ? { cursor } : {}) })
      acknowledge(clocks)
      events.emit('acknowledged', clocks)
    },
    acknowledgeFromTab(clocks, theirs) {
      if (theirs !== null && epoch !== null && theirs !== epoch) return
      epoch ??= theirs
      acknowledge([...clocks])
    },
    sent: clients.hand,
    correctClock(offset) {
      const shift = offset - meta.clockOffset
      patch({ clockOffset: offset })
      rewritePending(shifted(shift, msToHlc(now() + offset), (edit) => index.live(edit)))
      resetClock()
      // Behind what was stamped anew, so that the other tabs find their clocks by that.
      events.emit('meta', sharedMeta())
      saving.save(null)
    },
    adoptDevice(device) {
      if (device === meta.device) return
      rewritePending(signedBy(device))
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
