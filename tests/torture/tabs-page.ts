// Both before the SDK takes hold of what they watch.
import './own-locks.js'
import './sync-sockets.js'
import {
  type ConnectionName,
  deviceAccountStore,
  openAccount,
  openWardrobe,
  type Wardrobe,
} from '@modaics/client'

// A tab with a wardrobe that does what it is told over a socket: in any browser, and with nothing of the browser's own in
// between. What it has promised it says there at once.

export interface TabOptions {
  /** of the sync server */
  readonly url: string
  readonly person: { readonly email: string; readonly password: string }
}

export interface TabState {
  /** of this tab to the sync server, that are open or opening */
  readonly sockets: number
  readonly connection: ConnectionName
}

export interface TabContents {
  readonly id: string
  readonly fingerprint: string
  readonly ids: readonly string[]
  readonly rows: number
  readonly conflicts: number
  readonly pending: number
  readonly refused: number
}

/** What can be asked of a tab. */
export interface TabCalls {
  ping(): Promise<void>
  open(options: TabOptions): Promise<void>
  /** Adds a piece; says so when it is promised to be kept. */
  write(): Promise<void>
  state(): Promise<TabState>
  /** once the server has all that was written here */
  contents(): Promise<TabContents>
}

/** What a tab says without being asked, and its answers. */
export type TabWord =
  | { readonly type: 'promised'; readonly id: string }
  /** socket and rows for all tabs are this tab's now, until it ends */
  | { readonly type: 'owner' }
  | { readonly type: 'error'; readonly words: string }
  | { readonly type: 'answer'; readonly n: number; readonly value?: unknown; readonly error?: string }

const NAME = 'tabs'
const control = new WebSocket(new URL(location.href).searchParams.get('control') ?? '')
let wardrobe: Wardrobe

const calls: TabCalls = {
  ping: async () => {},
  async open({ url, person }) {
    const account = await openAccount({ url, store: deviceAccountStore(NAME) })
    if (!account.user) await account.signIn(person)
    wardrobe = await openWardrobe({ name: NAME, sync: { account } })
  },
  async write() {
    const { id } = await wardrobe.items.add({ name: 'Piece', tags: ['killed'] })
    say({ type: 'promised', id })
  },
  state: async () => ({ sockets: window.syncSockets.size, connection: wardrobe.status().connection }),
  async contents() {
    await wardrobe.whenDurable('server')
    const [count] = await wardrobe.query<{ n: number }>('select count(*)::int as n from items')
    const { pending, refused } = wardrobe.status()
    return {
      id: wardrobe.id,
      fingerprint: wardrobe.fingerprint(),
      ids: wardrobe.items.list().map(({ id }) => id),
      rows: count?.n ?? -1,
      conflicts: wardrobe.conflicts().length,
      pending,
      refused,
    }
  },
}

window.onLock = (name) => {
  if (name === `modaics-${NAME}`) say({ type: 'owner' })
}

function say(word: TabWord): void {
  control.send(JSON.stringify(word))
}

control.addEventListener('message', async ({ data }) => {
  const { n, call, args } = JSON.parse(data) as { n: number; call: keyof TabCalls; args: never[] }
  try {
    const value = await (calls[call] as (...args: never[]) => Promise<unknown>)(...args)
    say({ type: 'answer', n, value })
  } catch (error) {
    say({ type: 'answer', n, error: String((error as Error).stack) })
  }
})
addEventListener('error', ({ error, message }) =>
  say({ type: 'error', words: String(error?.stack ?? message) }),
)
addEventListener('unhandledrejection', ({ reason }) =>
  say({ type: 'error', words: String(reason?.stack ?? reason) }),
)
