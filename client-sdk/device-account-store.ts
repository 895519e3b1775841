import { platform } from '#platform'
import type { AccountStore } from './sync/account.js'

/**
 * Keeps an account on this device, so that a person stays signed in: in the browser in IndexedDB, in Node in
 * `.modaics/NAME.account` of the working directory, readable by its owner only.
 *
 * @example
 * const account = await openAccount({ url, store: deviceAccountStore('me') })
 */
export function deviceAccountStore(name: string): AccountStore {
  return platform.openAccountStore(name)
}
