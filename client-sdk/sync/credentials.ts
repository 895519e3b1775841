/** What a session needs to know of an account. */
export interface Credentials {
  /** the device that this one is signed in as; null before the first sign-in */
  readonly deviceId: string | null
  /** A valid access token, refreshed where it is about to end; null when the person must sign in again. */
  token(): Promise<string | null>
  /** Gets a new token although the old one looks valid: the server has refused it. */
  refresh(): Promise<string | null>
  /** Calls back after sign-in, sign-out and refresh. Returns how to stop. */
  onChange(listener: () => void): () => void
}
