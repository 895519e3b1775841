import { ModaicsError } from '@modaics/shared'
import type { Purged } from '../collection.js'
import type { RecordKey } from '../replica/fold-index.js'
import type { Account } from './account.js'

/** What the server is asked about one wardrobe beside its edits. Rejects with the server's code. */
export interface WardrobeRoutes {
  /** Makes it there, where there is none yet. */
  create(): Promise<void>
  /** An exchange of edits over HTTP; makes the wardrobe where there is none. */
  sync(body: Uint8Array): Promise<Uint8Array>
  purge(record: RecordKey): Promise<Purged>
}

export function createWardrobeRoutes(
  account: Account,
  wardrobe: { id: string; name: string },
): WardrobeRoutes {
  const path = `/v1/wardrobes/${wardrobe.id}`
  const json = (method: string, value: unknown): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  })

  async function create(): Promise<void> {
    await account.request(path, json('PUT', { name: wardrobe.name }))
  }

  async function exchange(body: Uint8Array): Promise<Uint8Array> {
    const response = await account.request(`${path}/sync`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: body as Uint8Array<ArrayBuffer>,
    })
    return new Uint8Array(await response.arrayBuffer())
  }

  return {
    create,
    async sync(body) {
      try {
        return await exchange(body)
      } catch (error) {
        if (!(error instanceof ModaicsError) || error.code !== 'not-found') throw error
        await create()
        return exchange(body)
      }
    },
    async purge({ kind, id }) {
      const response = await account.request(`${path}/purges`, json('POST', { kind, record: id }))
      return (await response.json()) as Purged
    },
  }
}
