import { randomBytes } from 'node:crypto'
import { createId } from '@modaics/shared'
import { expect, test } from 'vitest'
import type { PhotoKey, PhotoStore, StoredPicture } from './photo-store.js'

/** What every photo store must do; each test uses a wardrobe of its own. */
export function testPhotoStore(storeOf: () => PhotoStore): void {
  const newKey = (): PhotoKey => ({
    wardrobeId: createId(),
    hash: randomBytes(32).toString('hex'),
    variant: 'full',
    format: 'webp',
  })
  const textOf = async (store: PhotoStore, key: PhotoKey, encoding: BufferEncoding = 'utf8') => {
    const bytes = await store.get(key)
    return bytes && Buffer.from(bytes).toString(encoding)
  }
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

  test('what was put is got back, byte for byte', async () => {
    const store = storeOf()
    const key = newKey()
    const bytes = randomBytes(300_000)
    await store.put(key, bytes)
    expect(await textOf(store, key, 'base64')).toBe(bytes.toString('base64'))
    expect(await store.has(key)).toBe(true)
  })

  test('what was never put is absent, not an error', async () => {
    const store = storeOf()
    const key = newKey()
    expect(await store.get(key)).toBeNull()
    expect(await store.has(key)).toBe(false)
    await store.delete(key.wardrobeId, key.hash)
  })

  test('[PH3] a second put of a key leaves what is there', async () => {
    const store = storeOf()
    const key = newKey()
    await store.put(key, bytesOf('first'))
    await store.put(key, bytesOf('second'))
    expect(await textOf(store, key)).toBe('first')
  })

  test('concurrent puts of a key leave the whole bytes of one', async () => {
    const store = storeOf()
    const key = newKey()
    const candidates = Array.from({ length: 4 }, (_, i) => Buffer.alloc(200_000, i + 1))
    await Promise.all(candidates.map((bytes) => store.put(key, bytes)))
    const kept = await textOf(store, key, 'base64')
    expect(candidates.map((bytes) => bytes.toString('base64'))).toContain(kept)
  })

  test('[PH4] variants, formats, pictures and wardrobes are apart', async () => {
    const store = storeOf()
    const key = newKey()
    await store.put(key, bytesOf('x'))
    expect(await store.has({ ...key, variant: 'thumb' })).toBe(false)
    expect(await store.has({ ...key, format: 'avif' })).toBe(false)
    expect(await store.has({ ...key, hash: newKey().hash })).toBe(false)
    expect(await store.has({ ...key, wardrobeId: createId() })).toBe(false)
  })

  test('delete removes every variant of one picture of one wardrobe', async () => {
    const store = storeOf()
    const key = newKey()
    const thumb: PhotoKey = { ...key, variant: 'thumb', format: 'avif' }
    const others = [
      { ...key, wardrobeId: createId() },
      { ...key, hash: newKey().hash },
    ]
    for (const each of [key, thumb, ...others]) await store.put(each, bytesOf('x'))
    await store.delete(key.wardrobeId, key.hash)
    expect(await store.has(key)).toBe(false)
    expect(await store.has(thumb)).toBe(false)
    for (const other of others) expect(await store.has(other)).toBe(true)
    await store.put(key, bytesOf('again'))
    expect(await textOf(store, key)).toBe('again')
  })

  test('[PH8] what lies in it can be listed: each picture once, with when it was written', async () => {
    const store = storeOf()
    const keys = [newKey(), newKey()]
    const before = Date.now()
    for (const key of keys)
      for (const variant of ['full', 'thumb'] as const) await store.put({ ...key, variant }, bytesOf('x'))
    const found: StoredPicture[] = []
    for await (const picture of store.list())
      if (keys.some(({ hash }) => hash === picture.hash)) found.push(picture)
    expect(found.map(({ wardrobeId, hash }) => `${wardrobeId}/${hash}`).sort()).toEqual(
      keys.map(({ wardrobeId, hash }) => `${wardrobeId}/${hash}`).sort(),
    )
    // some stores keep whole seconds
    for (const { writtenAt } of found) expect(Math.abs(writtenAt - before)).toBeLessThan(120_000)
  })
}
