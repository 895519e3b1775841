import type { SharedMeta } from '../replica/meta.js'
import type { WardrobeStatus } from '../wardrobe.js'

/** What only the tab that owns socket and rows knows of them. */
export type OwnerStatus = Pick<WardrobeStatus, 'connection' | 'fault' | 'rows' | 'role'>

/** What the tabs on one wardrobe tell each other. A tab may be of another version: what it does not know it ignores. */
export type TabMessage =
  /** an update that the shared journal has, or will have; `authored` in this tab, or come from the server; of which epoch */
  | {
      readonly type: 'update'
      readonly update: Uint8Array
      readonly authored: boolean
      readonly epoch: number | null
    }
  /** the shared journal holds a new epoch */
  | { readonly type: 'epoch' }
  /** the server has everything of these Yjs clients below these clocks; of which epoch (absent in an older version) */
  | {
      readonly type: 'stored'
      readonly clocks: readonly (readonly [client: number, clock: number])[]
      readonly epoch?: number | null
    }
  | { readonly type: 'meta'; readonly meta: SharedMeta }
  /**
   * A new tab, and what it has: every tab answers with an `update` of what it lacks, because what came before it listened
   * may not be in the journal yet; the owner with `meta`, `stored` and `status`. The state is absent in an older version.
   */
  | { readonly type: 'hello'; readonly state?: Uint8Array }
  /** the owner's; `taken` when it has just become the owner: what the last one did not answer is asked again */
  | { readonly type: 'status'; readonly status: OwnerStatus; readonly taken: boolean }
  /** a person paused or resumed the sync of this device */
  | { readonly type: 'sync'; readonly wanted: boolean }
  /** a statement for the owner's rows */
  | { readonly type: 'ask'; readonly id: string; readonly question: TabQuestion }
  | { readonly type: 'answer'; readonly id: string; readonly answer: TabAnswer }

export interface TabQuestion {
  readonly text: string
  readonly params: readonly unknown[]
  readonly shape: 'objects' | 'texts'
}

export type TabAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: TabError }

/** An error on its way to another tab: what structured cloning would take from it is beside it. */
export interface TabError {
  readonly modaics: boolean
  readonly name: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** The other tabs on the same wardrobe. Messages arrive in the order in which a tab sent them. */
export interface Tabs {
  send(message: TabMessage): void
  on(listener: (message: TabMessage) => void): void
  /** What has come until now, and what comes later, goes to the listeners. */
  start(): void
  close(): void
}

/** @param channel null where a storage has one owner */
export function connectTabs(channel: string | null): Tabs {
  if (channel === null) return { send() {}, on() {}, start() {}, close() {} }
  const broadcast = new BroadcastChannel(channel)
  const listeners: ((message: TabMessage) => void)[] = []
  // While the journal is read nobody listens; what another tab stores meanwhile may be in neither.
  let backlog: TabMessage[] | null = []
  let closed = false
  const deliver = (message: TabMessage): void => {
    for (const listener of listeners) listener(message)
  }
  broadcast.onmessage = ({ data }) => {
    if (typeof data?.type !== 'string') return
    if (backlog) backlog.push(data)
    else deliver(data)
  }
  return {
    send(message) {
      if (!closed) broadcast.postMessage(message)
    },
    on: (listener) => void listeners.push(listener),
    start() {
      const missed = backlog ?? []
      backlog = null
      for (const message of missed) deliver(message)
    },
    close() {
      closed = true
      broadcast.close()
    },
  }
}
