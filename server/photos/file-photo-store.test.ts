import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFilePhotoStore } from './file-photo-store.js'
import { testPhotoStore } from './photo-store-conformance.js'

describe('photo store in files', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modaics-photos-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  testPhotoStore(() => createFilePhotoStore(folder))

  const key = {
    wardrobeId: '00000000-0000-7000-8000-000000000001',
    hash: 'ab'.repeat(32),
    variant: 'card',
    format: 'webp',
  } as const

  test('no temporary file is left beside the picture', async () => {
    await createFilePhotoStore(folder).put(key, new Uint8Array([1]))
    expect(await readdir(join(folder, key.wardrobeId, key.hash))).toEqual(['card.webp'])
  })

  test('a name that walks out of the folder is not used', async () => {
    const store = createFilePhotoStore(folder)
    await expect(store.get({ ...key, wardrobeId: '../../etc' })).rejects.toThrow('not the name of a picture')
    await expect(store.delete(key.wardrobeId, '..')).rejects.toThrow('not the name of a picture')
  })

  test('a folder that cannot be written is storage-failed', async () => {
    const blocked = join(folder, 'blocked')
    await writeFile(blocked, 'a file where the folder should be')
    const put = createFilePhotoStore(blocked).put(key, new Uint8Array([1]))
    await expect(put).rejects.toMatchObject({ code: 'storage-failed' })
  })

  test('a full disk is storage-full, and leaves nothing half written', async ({ skip }) => {
    const mounted = join(folder, 'small')
    await mkdir(mounted)
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mounted])
    if (mount.status !== 0) skip('needs the right to mount a small file system')
    try {
      const store = createFilePhotoStore(join(mounted, 'photos'))
      await expect(store.put(key, Buffer.alloc(1_000_000, 7))).rejects.toMatchObject({ code: 'storage-full' })
      expect(await store.has(key)).toBe(false)
      await store.put(key, new Uint8Array([1]))
    } finally {
      spawnSync('umount', [mounted])
    }
  })
})
