import { type Edit, ModaicsError } from '@modaics/shared'
import { storeFault } from '../db/database.js'
import { type Folds, type RecordKey, recordKey } from '../fold/fold-records.js'
import type { CommitStore, LogEntry, WardrobeState } from './commit-store.js'
import { type Accepted, judge, type Refused, type Submission, type Writer, type Writers } from './judge.js'
import { createKnownDeletes, type KnownDeletes } from './known-deletes.js'
import { createTakenNames } from './taken-names.js'

/** Somebody who hears of commits: a connection. */
export interface Subscriber {
  /** What others committed, in order. Called for each commit, also with no updates where all were the subscriber's own. */
  deliver(commit: Delivery): void
  /** A new epoch has begun: nothing more is delivered until it joins again. */
  outdated(state: WardrobeState): void
}

export interface Delivery {
  readonly epoch: number
  readonly seq: number
  readonly updates: readonly Uint8Array[]
}

export interface Stored {
  readonly ok: true
  readonly epoch: number
  readonly seq: number
  /** the writers of the submission, also where it brought nothing new, as far as the log has them now */
  readonly clocks: readonly (readonly [client: number, clock: number])[]
}

export type Outcome = Stored | Refused

/** What a subscriber gets when it joins: from then on it hears everything. */
export interface Joined {
  readonly state: WardrobeState
  readonly entries: readonly LogEntry[]
  /** of the Yjs clients that it has: how far those of ended epochs were stored */
  readonly past: readonly (readonly [client: number, clock: number])[]
}

/**
 * One wardrobe's commits, one after the other. What has gathered while a commit was under way goes into the next one
 * together (group commit). Acknowledged, and passed on, only after the commit.
 */
export interface Mailbox {
  submit(submission: Submission, author: Subscriber | null): Promise<Outcome>
  /** Makes a submission from the live edits of records, with nobody in between. */
  write(
    keys: readonly RecordKey[],
    make: (folds: Folds, state: WardrobeState) => Submission,
  ): Promise<Outcome>
  /**
   * Reads the log after a sequence number and subscribes, with no commit in between.
   *
   * @param clients the Yjs clients that the subscriber has something of
   */
  join(
    subscriber: Subscriber,
    after: (state: WardrobeState) => number,
    clients?: Iterable<number>,
  ): Promise<Joined>
  leave(subscriber: Subscriber): void
  /** Another instance has committed. */
  refresh(): Promise<void>
  /**
   * Runs what begins a new epoch, with everything stored and no commit in between.
   *
   * @param begin resolves to whether it did
   */
  turn(begin: (state: WardrobeState) => Promise<boolean>): Promise<boolean>
  readonly idle: boolean
  /** the newest commit that the subscribers have heard of */
  readonly told: number
}

export interface MailboxOptions {
  readonly store: CommitStore
  readonly wardrobeId: string
  /** after each commit: which records, and where it stands */
  readonly onCommitted: (wardrobeId: string, seq: number, records: readonly RecordKey[]) => void
  readonly onIdle: () => void
  /** what ended epochs had of these Yjs clients; none unless told */
  readonly pastClocks?: (
    wardrobeId: string,
    clients: readonly number[],
  ) => Promise<readonly (readonly [client: number, clock: number])[]>
  /** which records have been erased; none unless told. Others are only erased with a new epoch. */
  readonly erased?: (wardrobeId: string) => Promise<IsErased>
}

export type IsErased = (key: RecordKey) => boolean

/** Bytes of updates that one commit takes together. */
const GROUP_BYTES = 4_194_304

interface Letter {
  readonly prepare: (box: {
    folds: (keys: readonly RecordKey[]) => Promise<Folds>
    state: WardrobeState
  }) => Promise<Submission>
  readonly bytes: number
  readonly author: Subscriber | null
  readonly settle: (outcome: Outcome) => void
  readonly fail: (error: unknown) => void
}

export function createMailbox({
  store,
  wardrobeId,
  onCommitted,
  onIdle,
  pastClocks = async () => [],
  erased = async () => () => false,
}: MailboxOptions): Mailbox {
  const letters: Letter[] = []
  const errands: (() => Promise<void>)[] = []
  const subscribers = new Set<Subscriber>()
  let state: WardrobeState | null = null
  let told = 0
  /** of what they have heard */
  let epoch: number | null = null
  /** read from the log when it is first asked for */
  let deletes: KnownDeletes | null = null
  /** as of an epoch */
  let isErased: { readonly epoch: number; readonly has: IsErased } | null = null
  let running = false
  const names = createTakenNames(store, wardrobeId)

  async function current(): Promise<WardrobeState> {
    if (state) return state
    for (;;) {
      const loaded = await store.load(wardrobeId)
      if (!loaded) throw new ModaicsError('not-found', 'there is no such wardrobe')
      deletes = null
      names.forget()
      if (!(await catchUp(loaded))) continue
      state = loaded
      return loaded
    }
  }

  /** The state, with what other instances have committed. */
  async function newest(): Promise<WardrobeState> {
    if (state && (await store.read(wardrobeId, state.head)).length > 0) state = null
    return current()
  }

  /**
   * Tells what was committed without this mailbox: by another instance, or by a commit of ours whose answer was lost.
   * Before any later commit, because subscribers take its number for how far they have read. False where the state is of
   * an epoch that has ended meanwhile.
   */
  async function catchUp(loaded: WardrobeState): Promise<boolean> {
    const { head } = loaded
    if (epoch !== null && epoch !== loaded.epoch) {
      for (const subscriber of [...subscribers]) subscriber.outdated(loaded)
      subscribers.clear()
    }
    epoch = loaded.epoch
    if (subscribers.size > 0 && told < head)
      for (const { seq, updates, snapshot } of await store.read(wardrobeId, told)) {
        if (snapshot && snapshot.epoch !== epoch) return false
        // A later one: the next look at the state finds it. But a snapshot stands for earlier ones too.
        if (seq > head && !snapshot) break
        for (const subscriber of subscribers) subscriber.deliver({ epoch, seq, updates })
        told = seq
      }
    told = Math.max(told, head)
    return true
  }

  async function run(): Promise<void> {
    if (running) return
    running = true
    try {
      for (;;) {
        const errand = errands.shift()
        if (errand) await errand()
        else if (letters.length > 0) await commit(takeGroup())
        else break
      }
    } finally {
      running = false
      deletes = null
      if (subscribers.size === 0) onIdle()
    }
  }

  function takeGroup(): Letter[] {
    let bytes = 0
    let count = 0
    for (const letter of letters) {
      if (count > 0 && bytes + letter.bytes > GROUP_BYTES) break
      bytes += letter.bytes
      count++
    }
    return letters.splice(0, count)
  }

  async function commit(group: readonly Letter[]): Promise<void> {
    const open = new Set(group)
    try {
      while (!(await tryCommit(open))) state = null // another instance was first: look again
    } catch (error) {
      state = null
      for (const letter of open) letter.fail(failureOf(error))
    }
  }

  /** The verdict on one letter. One that throws takes nobody else along. */
  async function judgeLetter(
    letter: Letter,
    before: WardrobeState,
    gathered: readonly Edit[],
  ): Promise<Accepted | Refused> {
    const submission = await letter.prepare({
      folds: (keys) => store.folds(wardrobeId, keys),
      state: before,
    })
    if (submission.epoch !== undefined && submission.epoch !== before.epoch)
      return { ok: false, code: 'resync', detail: 'the document is of an epoch that has ended' }
    const verdict = await withoutKnownDeletes(judge(before.writers, submission))
    if (!verdict.ok) return verdict
    if (isErased?.epoch !== before.epoch) isErased = { epoch: before.epoch, has: await erased(wardrobeId) }
    const late = verdict.edits.find(isErased.has)
    if (late) return { ok: false, code: 'erased', detail: 'the record was erased', edit: [late.hlc, late.by] }
    if (submission.author === null) return verdict
    const clash = await names.clash(verdict.edits, gathered)
    if (!clash) return verdict
    const { hlc, by } = clash
    return { ok: false, code: 'conflict', detail: 'another edit has this name', edit: [hlc, by] }
  }

  async function tryCommit(group: Set<Letter>): Promise<boolean> {
    const before = await current()
    const writers = new Map<number, Writer>(before.writers)
    const moved = new Map<number, Writer>()
    const edits: Edit[] = []
    const verdicts: { letter: Letter; verdict: Accepted | Refused }[] = []
    for (const letter of group) {
      let verdict: Accepted | Refused
      try {
        verdict = await judgeLetter(letter, { ...before, writers }, edits)
      } catch (error) {
        group.delete(letter)
        letter.fail(failureOf(error))
        continue
      }
      verdicts.push({ letter, verdict })
      if (!verdict.ok) continue
      for (const [client, writer] of verdict.writers) {
        writers.set(client, writer)
        moved.set(client, writer)
      }
      edits.push(...verdict.edits)
    }
    const updates: Uint8Array[] = []
    for (const { verdict } of verdicts) if (verdict.ok && verdict.update) updates.push(verdict.update)
    let after = before
    if (updates.length > 0) {
      const head = before.head + 1
      const done = await store.commit({
        wardrobeId,
        expectedHead: before.head,
        head,
        updates,
        writers: moved,
        edits,
      })
      if (!done) return false
      after = { epoch: before.epoch, head, writers }
      state = after
      told = Math.max(told, head)
      if (deletes) for (const { verdict } of verdicts) if (verdict.ok) deletes.add(verdict.deletes)
      settle(verdicts, after)
      passOn(verdicts, after)
      onCommitted(wardrobeId, head, recordsOf(edits))
    } else settle(verdicts, after)
    return true
  }

  /** A plain Yjs client sends all that it ever deleted at each connect: that is nothing new, and no commit. */
  async function withoutKnownDeletes(verdict: Accepted | Refused): Promise<Accepted | Refused> {
    if (!verdict.ok || !verdict.update || verdict.writers.size > 0) return verdict
    deletes ??= createKnownDeletes((await store.read(wardrobeId, 0)).flatMap(({ updates }) => updates))
    const known = deletes
    return verdict.deletes.every((range) => known.has(range)) ? { ...verdict, update: null } : verdict
  }

  function settle(
    verdicts: readonly { letter: Letter; verdict: Accepted | Refused }[],
    after: WardrobeState,
  ): void {
    for (const { letter, verdict } of verdicts)
      letter.settle(
        verdict.ok
          ? {
              ok: true,
              epoch: after.epoch,
              seq: after.head,
              clocks: clocksOf(verdict.clients, after.writers),
            }
          : verdict,
      )
  }

  function passOn(
    verdicts: readonly { letter: Letter; verdict: Accepted | Refused }[],
    after: WardrobeState,
  ): void {
    const all: { update: Uint8Array; author: Subscriber | null }[] = []
    for (const { letter, verdict } of verdicts)
      if (verdict.ok && verdict.update) all.push({ update: verdict.update, author: letter.author })
    const authors = new Set(all.map(({ author }) => author))
    // One list for everyone who wrote nothing, so that a connection can encode it once for many.
    const everything: Delivery = {
      epoch: after.epoch,
      seq: after.head,
      updates: all.map(({ update }) => update),
    }
    for (const subscriber of subscribers) {
      if (!authors.has(subscriber)) subscriber.deliver(everything)
      else {
        const updates = all.filter(({ author }) => author !== subscriber).map(({ update }) => update)
        if (updates.length > 0) subscriber.deliver({ ...everything, updates })
      }
    }
  }

  function enqueue(prepare: Letter['prepare'], bytes: number, author: Subscriber | null): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      letters.push({ prepare, bytes, author, settle: resolve, fail: reject })
      void run()
    })
  }

  function errand<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      errands.push(() => work().then(resolve, reject))
      void run()
    })
  }

  return {
    submit: (submission, author) => enqueue(async () => submission, submission.update.byteLength, author),
    write: (keys, make) => enqueue(async ({ folds, state: now }) => make(await folds(keys), now), 1024, null),
    join: (subscriber, after, clients = []) =>
      errand(async () => {
        for (;;) {
          // Not what was so a while ago: the cursor may come from another instance, which has committed since.
          const now = await newest()
          const unknown = now.epoch > 0 ? [...clients].filter((client) => !now.writers.has(client)) : []
          const past = unknown.length > 0 ? await pastClocks(wardrobeId, unknown) : []
          const entries = await store.read(wardrobeId, after(now))
          if (entries.some(({ snapshot }) => snapshot && snapshot.epoch !== now.epoch)) {
            state = null // a new epoch has begun meanwhile
            continue
          }
          subscribers.add(subscriber)
          // What is newer still is told when the state is looked at again.
          return {
            state: now,
            entries: entries.filter(({ seq, snapshot }) => snapshot || seq <= now.head),
            past,
          }
        }
      }),
    turn: (begin) =>
      errand(async () => {
        const before = await newest()
        await store.settled(wardrobeId)
        const done = await begin(before)
        state = null
        if (done) {
          const { head } = await current()
          onCommitted(wardrobeId, head, [])
        }
        return done
      }),
    leave(subscriber) {
      subscribers.delete(subscriber)
      if (subscribers.size === 0 && !running) onIdle()
    },
    refresh: () =>
      errand(async () => {
        if (state || subscribers.size > 0) await newest()
      }),
    get told() {
      return told
    },
    get idle() {
      return subscribers.size === 0 && !running && letters.length === 0 && errands.length === 0
    },
  }
}

/** The cause goes to whoever submitted; those who are far away get the code only. */
function failureOf(error: unknown): ModaicsError {
  if (error instanceof ModaicsError) return error
  const code = storeFault(error)?.code ?? 'storage-failed'
  return new ModaicsError(code, 'the edits could not be stored', { cause: error })
}

function clocksOf(clients: Iterable<number>, log: Writers): (readonly [number, number])[] {
  return [...clients].map((client) => [client, log.get(client)?.clock ?? 0])
}

function recordsOf(edits: readonly Edit[]): RecordKey[] {
  const records = new Map<string, RecordKey>()
  for (const { kind, id } of edits) records.set(recordKey({ kind, id }), { kind, id })
  return [...records.values()]
}
