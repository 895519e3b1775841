/** Who a request or a connection speaks for: what a valid access token says. */
export interface Principal {
  readonly userId: string
  /** the device the session was opened on: the device part of `by` of its edits */
  readonly deviceId: string
  readonly sessionId: string
  /** when the access token ends, ms since 1970 */
  readonly expiresAt: number
}

export type Role = 'owner' | 'editor' | 'viewer'

/** What a role may do with a wardrobe. */
export const PERMISSIONS: Readonly<
  Record<
    Role,
    { readonly read: boolean; readonly write: boolean; readonly share: boolean; readonly erase: boolean }
  >
> = {
  owner: { read: true, write: true, share: true, erase: true },
  editor: { read: true, write: true, share: false, erase: false },
  viewer: { read: true, write: false, share: false, erase: false },
}
