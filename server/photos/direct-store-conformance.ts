import { createHash, randomBytes } from 'node:crypto'
import { createId } from '@modaics/shared'
import { describe, expect, test } from 'vitest'
import type { DirectStore, IncomingKey, PhotoStore, UploadTicket } from './photo-store.js'

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What presigned access must do, seen from a device that has nothing but URLs. */
export function testDirectStore(storeOf: () => PhotoStore): void {
  const direct = (): DirectStore => {
    const found = storeOf().direct
    if (!found) throw new Error('this store has no presigned access')
    return found
  }
  const newUpload = (size: number): { key: IncomingKey; bytes: Buffer } => {
    const bytes = randomBytes(size)
    return { key: { wardrobeId: createId(), hash: hashOf(bytes) }, bytes }
  }
  const put = (url: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url, { method: 'PUT', body: body as Uint8Array<ArrayBuffer>, headers })
  const ticketOf = <T extends UploadTicket['type']>(
    ticket: UploadTicket,
    type: T,
  ): Extract<UploadTicket, { type: T }> => {
    expect(ticket.type).toBe(type)
    return ticket as Extract<UploadTicket, { type: T }>
  }

  describe('presigned uploads', () => {
    test('[PH6] a small upload is one PUT, and is then there to be checked', async () => {
      const { key, bytes } = newUpload(100_000)
      const { url, headers } = ticketOf(await direct().invite(key, bytes.length, 60), 'put')
      expect((await put(url, bytes, headers)).status).toBe(200)
      const taken = await direct().take(key, 1_000_000)
      expect(taken && hashOf(taken)).toBe(key.hash)
      await direct().discard(key)
      expect(await direct().take(key, 1_000_000)).toBeNull()
    })

    test('[PH6] a big one goes in parts, each of which can be repeated', async () => {
      const { key, bytes } = newUpload(9 * 1024 * 1024)
      const { uploadId, partBytes, urls } = ticketOf(await direct().invite(key, bytes.length, 60), 'parts')
      const parts = urls.map((_, i) => bytes.subarray(i * partBytes, (i + 1) * partBytes))
      expect(Buffer.concat(parts).equals(bytes)).toBe(true)
      const etags: string[] = []
      for (const [i, url] of urls.entries()) {
        await put(url, parts[i] ?? Buffer.alloc(0))
        const again = await put(url, parts[i] ?? Buffer.alloc(0))
        expect(again.status).toBe(200)
        etags.push(again.headers.get('etag') ?? '')
      }
      await expect(direct().join(key, uploadId, [...etags].reverse())).rejects.toMatchObject({
        code: 'hash-mismatch',
      })
      expect(await direct().join(key, uploadId, etags)).toBe(true)
      const taken = await direct().take(key, 20 * 1024 * 1024)
      expect(taken && hashOf(taken)).toBe(key.hash)
    })

    test('[PH6] another length than was announced, and a changed or expired URL, are refused', async () => {
      const { key, bytes } = newUpload(1_000)
      const { url, headers } = ticketOf(await direct().invite(key, bytes.length, 60), 'put')
      expect((await put(url, Buffer.concat([bytes, bytes]), headers)).status).toBe(403)
      expect((await put(url.replace(key.hash, 'ab'.repeat(32)), bytes, headers)).status).toBe(403)
      expect((await put(url.replace('Expires=60', 'Expires=600'), bytes, headers)).status).toBe(403)
      expect((await fetch(url)).status).toBe(403) // it does not read either
      const expired = ticketOf(await direct().invite(key, bytes.length, 1), 'put')
      await expect
        .poll(async () => (await put(expired.url, bytes, expired.headers)).status, {
          timeout: 30_000,
          interval: 500,
        })
        .toBe(403)
    })

    test('more than the limit is refused before it is read; what is not there is absent', async () => {
      const { key, bytes } = newUpload(5_000)
      const { url, headers } = ticketOf(await direct().invite(key, bytes.length, 60), 'put')
      expect(await direct().take(key, 1_000)).toBeNull()
      await put(url, bytes, headers)
      await expect(direct().take(key, 1_000)).rejects.toMatchObject({ code: 'too-large' })
      expect(await direct().join(key, 'no-such-upload', ['"x"'])).toBe(false)
    })

    test('[PH8] what was never finished is swept away once it is old', async () => {
      const [whole, half] = [newUpload(1_000), newUpload(9 * 1024 * 1024)]
      const { url, headers } = ticketOf(await direct().invite(whole.key, 1_000, 60), 'put')
      await put(url, whole.bytes, headers)
      const { uploadId } = ticketOf(await direct().invite(half.key, half.bytes.length, 60), 'parts')
      await direct().sweep(Date.now() - 3_600_000)
      expect(await direct().take(whole.key, 10_000)).not.toBeNull()
      expect(await direct().sweep(Date.now() + 60_000)).toBeGreaterThanOrEqual(2)
      expect(await direct().take(whole.key, 10_000)).toBeNull()
      // some stores do not tell an unknown upload from their own trouble
      const joined = await direct()
        .join(half.key, uploadId, ['"x"', '"y"'])
        .catch(({ code }: { code: string }) => code)
      expect([false, 'storage-failed']).toContain(joined)
    })
  })

  test('[ER1] what is discarded is gone, also where it was never finished', async () => {
    const { key, bytes } = newUpload(9 * 1024 * 1024)
    const other = { ...key, hash: hashOf(randomBytes(8)) }
    const half = ticketOf(await direct().invite(key, bytes.length, 60), 'parts')
    const etags = await Promise.all(
      half.urls.map(async (url, i) => {
        const part = bytes.subarray(i * half.partBytes, (i + 1) * half.partBytes)
        return (await put(url, part)).headers.get('etag') ?? ''
      }),
    )
    const kept = ticketOf(await direct().invite(other, bytes.length, 60), 'parts')
    await direct().discard(key)
    // some stores do not tell an unknown upload from their own trouble
    const joined = await direct()
      .join(key, half.uploadId, etags)
      .catch(({ code }: { code: string }) => code)
    expect([false, 'storage-failed']).toContain(joined)
    expect(await direct().take(key, 20 * 1024 * 1024)).toBeNull()
    expect((await put(kept.urls[1] ?? '', bytes.subarray(kept.partBytes))).status).toBe(200)
  })

  test('[PH7] a link reads one variant of one picture, for a while', async () => {
    const key = {
      wardrobeId: createId(),
      hash: randomBytes(32).toString('hex'),
      variant: 'card',
      format: 'webp',
    } as const
    await storeOf().put(key, new TextEncoder().encode('pixels'))
    const url = await direct().link(key, 60)
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([200, 'pixels'])
    expect((await fetch(url.replace('/card.webp', '/full.webp'))).status).toBe(403)
    const brief = await direct().link(key, 1)
    await expect.poll(async () => (await fetch(brief)).status, { timeout: 30_000, interval: 500 }).toBe(403)
  })
}
