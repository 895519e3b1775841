import type { Json, LiveEdit } from '@modaics/shared'
import * as Y from 'yjs'
import { ackedKey } from './meta.js'

/** A Yjs client and how far it is known. */
export type ClientClock = readonly [client: number, clock: number]

/**
 * Up to where the server has what the Yjs clients of this device have written. Those that are not here are others', or
 * the server has everything of them.
 */
export interface ClientClocks {
  /** From now on what this document writes counts as unsent until the server says otherwise, also after a restart. */
  claim(doc: Y.Doc): void
  /** Another tab has written this: its Yjs clients are of this device. Returns whether one was not known. */
  claimAuthors(update: Uint8Array, doc: Y.Doc): boolean
  /** The server, or another tab, says that it has so much. */
  raise(clocks: Iterable<ClientClock>): void
  /** Takes over what is stored, without storing it again. */
  merge(stored: ReadonlyMap<number, number>): void
  /** Others take the place of all. */
  replace(clocks: ReadonlyMap<number, number>): void
  /** A Yjs client of an earlier run that the server has everything of need not be remembered. */
  forget(isNeeded: (client: number) => boolean): void
  /** Whether the server does not have this struct yet, as far as is known here. */
  lacks(struct: Pick<LiveEdit, 'client' | 'clock'>): boolean
  /** Everything up to here has been handed to the connection. */
  hand(clocks: Iterable<ClientClock> | 'all'): void
  wasHanded(struct: Pick<LiveEdit, 'client' | 'clock'>): boolean
  /** What the server has of each Yjs client in the document. */
  of(doc: Y.Doc): ClientClock[]
}

/**
 * @param acked as stored
 * @param note stores a change, some time
 */
export function createClientClocks(
  acked: Map<number, number>,
  note: (values: Readonly<Record<string, Json>>) => void,
): ClientClocks {
  let handed: ReadonlyMap<number, number> | 'all' = new Map()

  function set(client: number, clock: number): void {
    acked.set(client, clock)
    note({ [ackedKey(client)]: clock })
  }

  function remove(client: number): void {
    acked.delete(client)
    note({ [ackedKey(client)]: null })
  }

  return {
    claim(doc) {
      if (!acked.has(doc.clientID)) set(doc.clientID, Y.getState(doc.store, doc.clientID))
    },
    claimAuthors(update, doc) {
      const unknown = [...Y.parseUpdateMeta(update).from.keys()].filter((client) => !acked.has(client))
      for (const client of unknown) set(client, Y.getState(doc.store, client))
      return unknown.length > 0
    },
    raise(clocks) {
      for (const [client, clock] of clocks) {
        const known = acked.get(client)
        if (known !== undefined && clock > known) set(client, clock)
      }
    },
    merge(stored) {
      for (const [client, clock] of stored) acked.set(client, Math.max(clock, acked.get(client) ?? 0))
    },
    replace(clocks) {
      for (const client of [...acked.keys()]) if (!clocks.has(client)) remove(client)
      acked.clear()
      for (const [client, clock] of clocks) acked.set(client, clock)
      if (handed !== 'all') handed = new Map()
    },
    forget(isNeeded) {
      for (const client of [...acked.keys()]) if (!isNeeded(client)) remove(client)
    },
    lacks({ client, clock }) {
      const stored = acked.get(client)
      return stored !== undefined && clock >= stored
    },
    hand(clocks) {
      handed = clocks === 'all' ? 'all' : new Map(clocks)
    },
    wasHanded: ({ client, clock }) => handed === 'all' || clock < (handed.get(client) ?? 0),
    of: (doc) =>
      [...Y.decodeStateVector(Y.encodeStateVector(doc))].map(([client, clock]) => [
        client,
        acked.get(client) ?? clock,
      ]),
  }
}
