import {
  type Edit,
  type EditTuple,
  editToTuple,
  encodeEdits,
  type Json,
  ModaicsError,
  nextHlc,
  overOf,
} from '@modaics/shared'
import { type Folds, type RecordKey, recordKey } from '../fold/fold-records.js'
import type { Hub } from '../hub/hub.js'
import type { CommitStore, WardrobeState } from './commit-store.js'
import type { Author, Change, Door, Written } from './door.js'
import { IMPORT, SERVER, type Submission } from './judge.js'
import { createMailbox, type Mailbox, type MailboxOptions } from './mailbox.js'

export interface IngestOptions {
  readonly store: CommitStore
  readonly hub: Hub
  /** ms since 1970 */
  readonly now: () => number
  /** a random integer below 2^32: Yjs client ids */
  readonly randomClient: () => number
  /** after each commit of this instance */
  readonly onCommitted?: (wardrobeId: string, records: readonly RecordKey[]) => void
  readonly pastClocks?: MailboxOptions['pastClocks']
  readonly erased?: MailboxOptions['erased']
  /** what failed with nobody waiting for it */
  readonly onError?: (error: unknown, wardrobeId: string) => void
}

/** All wardrobes that are in use here, and the door to them. */
export interface Ingest extends Door {
  /**
   * Takes edits as they were written elsewhere, whoever signed them, into a wardrobe that nothing but imports has
   * written to. What it has already is passed over, so that an import can be repeated.
   *
   * @throws ModaicsError `conflict` where the wardrobe has been used
   */
  import(wardrobeId: string, edits: readonly EditTuple[]): Promise<Written>
  mailbox(wardrobeId: string): Mailbox
  close(): Promise<void>
}

export function createIngest({
  store,
  hub,
  now,
  randomClient,
  onCommitted,
  pastClocks,
  erased,
  onError = () => {},
}: IngestOptions): Ingest {
  const mailboxes = new Map<string, Mailbox>()
  /** the newest stamp of this process, and the Yjs client that it writes as: one for each epoch and run */
  const writers = new Map<string, { client: number; hlc: number; epoch: number }>()
  const unsubscribe = hub.subscribe(
    (wardrobeId) => {
      // What cannot be read now is read before the next commit, or by the next message.
      mailboxes
        .get(wardrobeId)
        ?.refresh()
        .catch((error: unknown) => onError(error, wardrobeId))
    },
    () => new Map([...mailboxes].map(([id, { told }]) => [id, told])),
  )

  function mailbox(wardrobeId: string): Mailbox {
    const open = mailboxes.get(wardrobeId)
    if (open) return open
    const created = createMailbox({
      store,
      wardrobeId,
      ...(pastClocks ? { pastClocks } : {}),
      ...(erased ? { erased } : {}),
      onCommitted: (id, seq, records) => {
        hub.publish(id, seq)
        onCommitted?.(id, records)
      },
      onIdle: () => {
        if (!mailboxes.get(wardrobeId)?.idle) return
        mailboxes.delete(wardrobeId)
        writers.delete(wardrobeId)
      },
    })
    mailboxes.set(wardrobeId, created)
    return created
  }

  function submissionOf(wardrobeId: string, author: Author, changes: readonly Change[]) {
    return (folds: Folds, state: WardrobeState): Submission => {
      const at = now()
      let writer = writers.get(wardrobeId)
      if (writer?.epoch !== state.epoch) {
        // A Yjs client belongs to one epoch.
        writer = { client: randomClient(), hlc: writer?.hlc ?? 0, epoch: state.epoch }
        while (state.writers.has(writer.client)) writer.client = randomClient()
        writers.set(wardrobeId, writer)
      }
      const own = new Map<string, Edit[]>()
      const tuples: EditTuple[] = []
      for (const change of changes) {
        const key = recordKey(change)
        const live = [...(folds.get(key) ?? []), ...(own.get(key) ?? [])]
        for (const edit of live) if (edit.hlc > writer.hlc) writer.hlc = edit.hlc
        writer.hlc = nextHlc(writer.hlc, at)
        const edit = editOf(author, change, live, writer.hlc, writer.client)
        own.set(key, [...(own.get(key) ?? []), edit])
        tuples.push(editToTuple(edit))
      }
      const clock = state.writers.get(writer.client)?.clock ?? 0
      return { update: encodeEdits(writer.client, clock, tuples), author: null, now: at }
    }
  }

  const importOf =
    (edits: readonly EditTuple[]) =>
    (folds: Folds, { writers }: WardrobeState): Submission => {
      const owners = new Set([...writers.values()].map(({ owner }) => owner))
      // The server's own: it has looked at a photo that came with the import.
      if (
        owners.size > 0 &&
        !(owners.has(IMPORT) && [...owners].every((one) => one === IMPORT || one === SERVER))
      )
        throw new ModaicsError('conflict', 'edits can be imported only into a wardrobe that is empty')
      const fresh = edits.filter((tuple) => {
        const [hlc, by, kind, id] = tuple
        return !folds.get(recordKey({ kind, id }))?.some((edit) => edit.hlc === hlc && edit.by === by)
      })
      let client = randomClient()
      while (writers.has(client)) client = randomClient()
      return { update: encodeEdits(client, 0, fresh), author: null, imported: true, now: now() }
    }

  return {
    mailbox,
    async import(wardrobeId, edits): Promise<Written> {
      const keys = edits.map(([, , kind, id]) => ({ kind, id }))
      const outcome = await mailbox(wardrobeId).write(keys, importOf(edits))
      if (outcome.ok) return { ok: true, seq: outcome.seq }
      return { ok: false, code: outcome.code, detail: outcome.detail }
    },
    async write(wardrobeId, author, changes): Promise<Written> {
      if (changes.length === 0) throw new ModaicsError('invalid', 'nothing to write')
      const outcome = await mailbox(wardrobeId).write(changes, submissionOf(wardrobeId, author, changes))
      return outcome.ok
        ? { ok: true, seq: outcome.seq }
        : { ok: false, code: outcome.code, detail: outcome.detail }
    },
    settled: (wardrobeId) => store.settled(wardrobeId),
    close: async () => unsubscribe(),
  }
}

function editOf(author: Author, change: Change, live: readonly Edit[], hlc: number, client: number): Edit {
  const { kind, id, confidence = {} } = change
  const set: Record<string, Json> = { ...change.set }
  const device = author.source === 'user' ? author.device : 'vision'
  // The server's Yjs client makes the writer id unique to this run of this process.
  const by = `${device}/s${client.toString(36)}`
  return {
    hlc,
    by,
    kind,
    id,
    set,
    over: overOf(live, Object.keys(set), author.source),
    src: author.source,
    confidence,
  }
}
