import { ModaicsError, type Refusal, type ServerHello } from '@modaics/shared'
import type { Replica } from '../replica/replica.js'
import type { Account } from './account.js'
import { syncOverHttp } from './http-sync.js'
import type { WardrobeRoutes } from './wardrobe-routes.js'

export interface SyncOnceOptions {
  readonly replica: Replica
  /** null where the wardrobe stays on this device */
  readonly account: Account | null
  readonly routes: WardrobeRoutes | null
  /** ms since 1970 */
  readonly now: () => number
  readonly isOnline: () => boolean
  readonly isClosing: () => boolean
  readonly onStatus: (listener: () => void) => () => void
  readonly onHello: (hello: ServerHello) => void
  readonly onRefused: (refusal: Refusal) => void
  readonly onSynced: () => void
}

/** Waiting for the server, and one exchange without a connection that stays. */
export interface SyncOnce {
  whenSynced(): Promise<void>
  syncOnce(): Promise<void>
}

export function createSyncOnce({
  replica,
  account,
  routes,
  now,
  isOnline,
  isClosing,
  onStatus,
  onHello,
  onRefused,
  onSynced,
}: SyncOnceOptions): SyncOnce {
  async function whenSynced(): Promise<void> {
    await new Promise<void>((done, reject) => {
      const check = (): void => {
        if (isOnline()) finish(null)
        else if (isClosing()) finish(new ModaicsError('closed', 'the wardrobe is closed'))
      }
      const off = onStatus(check)
      const finish = (error: ModaicsError | null): void => {
        off()
        if (error) reject(error)
        else done()
      }
      check()
    })
    await replica.stored()
  }

  async function syncOnce(): Promise<void> {
    if (isClosing()) throw new ModaicsError('closed', 'the wardrobe is closed')
    if (!account || !routes) throw new ModaicsError('invalid', 'the wardrobe was opened without an account')
    if (isOnline()) return whenSynced()
    const device = account.deviceId
    await replica.journaled().catch(() => {}) // what cannot be stored here goes to the server all the same
    try {
      await syncOverHttp({ replica, device: () => device, post: routes.sync, now, onHello, onRefused })
    } catch (error) {
      // Somebody else has signed in meanwhile.
      if (error instanceof ModaicsError && error.code === 'foreign-by' && account.deviceId !== device)
        return syncOnce()
      throw error
    }
    await replica.journaled()
    onSynced()
  }

  return { whenSynced, syncOnce }
}
