import { ModaicsError } from '@modaics/shared'
import type { Account } from '../sync/account.js'

export interface Sending {
  readonly account: Account
  readonly wardrobeId: string
}

type Invitation = { readonly type: 'stored' } | { readonly type: 'server' } | StoreTicket

type StoreTicket =
  | { readonly type: 'put'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly type: 'parts'
      readonly uploadId: string
      readonly partBytes: number
      readonly urls: readonly string[]
    }

/** Brings one picture to the server. */
export type SendPicture = (
  hash: string,
  bytes: Uint8Array,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<void>

/**
 * Sends past the server where it keeps pictures in an object store, in parts where they are big; through it where it does
 * not, or where the store cannot be reached from here.
 */
export function createSendPicture({ account, wardrobeId }: Sending): SendPicture {
  /** this server takes pictures itself: it need not be asked again */
  let throughServer = false

  const post = (hash: string, what: 'upload' | 'complete', body: object, signal: AbortSignal) =>
    account.request(`/v1/photos/${hash}/${what}?wardrobe=${wardrobeId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    })

  async function toServer(hash: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    await account.request(`/v1/photos/${hash}?wardrobe=${wardrobeId}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes as Uint8Array<ArrayBuffer>,
      signal,
    })
  }

  return async (hash, bytes, onSent, signal) => {
    if (throughServer) return toServer(hash, bytes, signal)
    const answer = await post(hash, 'upload', { bytes: bytes.byteLength }, signal)
    const invitation = (await answer.json()) as Invitation
    if (invitation.type === 'stored') return
    if (invitation.type === 'server') {
      throughServer = true
      return toServer(hash, bytes, signal)
    }
    const parts = await toStore(invitation, bytes, onSent, signal)
    if (parts === null) return toServer(hash, bytes, signal)
    await post(hash, 'complete', parts, signal)
  }
}

/** What `complete` wants to know; null where the store is out of reach or does not take it. */
async function toStore(
  invitation: StoreTicket,
  bytes: Uint8Array,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<object | null> {
  const put = async (url: string, body: Uint8Array, headers = {}): Promise<Response | null> => {
    try {
      const response = await fetch(url, {
        method: 'PUT',
        headers,
        body: body as Uint8Array<ArrayBuffer>,
        signal,
      })
      return response.ok ? response : null
    } catch (cause) {
      if (signal.aborted) throw new ModaicsError('offline', 'the upload was broken off', { cause })
      return null
    }
  }
  if (invitation.type === 'put') return (await put(invitation.url, bytes, invitation.headers)) ? {} : null
  const { uploadId, partBytes, urls } = invitation
  const etags: string[] = []
  for (const [i, url] of urls.entries()) {
    const part = bytes.subarray(i * partBytes, (i + 1) * partBytes)
    const etag = (await put(url, part))?.headers.get('etag')
    if (!etag) return null // also where the bucket's CORS rules do not expose it
    etags.push(etag)
    onSent(Math.min(bytes.byteLength, (i + 1) * partBytes))
  }
  return { uploadId, etags }
}
