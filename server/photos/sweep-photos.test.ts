import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createId } from '@modaics/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import { createSilentLogger } from '../testing/silent-logger.js'
import { createFilePhotoStore } from './file-photo-store.js'
import { readPhotoFile, writePhotoFile } from './photo-rows.js'
import type { PhotoStore } from './photo-store.js'
import { type Swept, sweepPhotos } from './sweep-photos.js'

const DAY = 24 * 3_600_000
const NOTHING: Swept = { strayPictures: 0, lostPictures: 0, unusedPictures: 0, unfinished: 0 }

describe.each(TEST_ENGINES)('sweeping pictures on $name', (engine) => {
  let opened: TestDatabase
  let folder = ''
  let store: PhotoStore
  let wardrobeId = ''
  let count = 0
  let lost: string[] = []
  const now = Date.now()
  const newHash = (): string => (++count).toString(16).padStart(64, '0')

  beforeAll(async () => {
    opened = await engine.open()
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modaics-sweep-'))
    store = createFilePhotoStore(folder)
    wardrobeId = createId()
    lost = []
    await opened.database.query('delete from photo_files')
    return () => rm(folder, { recursive: true, force: true })
  })
  afterAll(() => opened.close())

  const putBytes = async (hash: string, writtenAt: number): Promise<void> => {
    await store.put({ wardrobeId, hash, variant: 'full', format: 'webp' }, new Uint8Array([1]))
    const path = join(folder, wardrobeId, hash, 'full.webp')
    await utimes(path, writtenAt / 1_000, writtenAt / 1_000)
  }
  const putRow = (hash: string, storedAt: number): Promise<void> =>
    writePhotoFile(opened.database, wardrobeId, {
      hash,
      mime: 'image/jpeg',
      width: 1,
      height: 1,
      bytes: 1,
      thumbhash: null,
      perceptualHash: null,
      storedAt,
    })
  const putRecord = (hash: string, deletedAt: number | null): Promise<unknown> =>
    opened.database.query(
      `insert into photos (wardrobe_id, id, hash, deleted_at, updated_at, extra)
       values ($1, $2, $3, to_timestamp($4::float8 / 1000), now(), '{}')`,
      [wardrobeId, createId(), hash, deletedAt],
    )
  const sweep = (): Promise<Swept> =>
    sweepPhotos({
      database: opened.database,
      store,
      logger: createSilentLogger(),
      now: () => now,
      onLost: async (_, hash) => void lost.push(hash),
    })
  const isThere = async (hash: string): Promise<[row: boolean, bytes: boolean]> => [
    (await readPhotoFile(opened.database, wardrobeId, hash)) !== null,
    await store.has({ wardrobeId, hash, variant: 'full', format: 'webp' }),
  ]

  test('[PH8] what a kill left half written goes after a day, from beside a picture that is there', async () => {
    const hash = newHash()
    await putBytes(hash, now - 3 * DAY)
    await putRow(hash, now - 3 * DAY)
    await putRecord(hash, null)
    const picture = join(folder, wardrobeId, hash)
    const leave = async (name: string, writtenAt: number): Promise<void> => {
      await writeFile(join(picture, name), 'half')
      await utimes(join(picture, name), writtenAt / 1_000, writtenAt / 1_000)
    }
    await leave('card.avif.00112233.tmp', now - 2 * DAY)
    await leave('card.webp.44556677.tmp', now - 60_000)
    expect(await sweep()).toEqual({ ...NOTHING, unfinished: 1 })
    expect((await readdir(picture)).sort()).toEqual(['card.webp.44556677.tmp', 'full.webp'])
  })

  test('[PH8] what is in order stays, also a photo that was removed a week ago', async () => {
    const hashes = [newHash(), newHash()]
    for (const [i, hash] of hashes.entries()) {
      await putBytes(hash, now - 40 * DAY)
      await putRow(hash, now - 40 * DAY)
      await putRecord(hash, i === 0 ? null : now - 7 * DAY)
    }
    expect(await sweep()).toEqual(NOTHING)
    for (const hash of hashes) expect(await isThere(hash)).toEqual([true, true])
  })

  test('[PH8] bytes without a row go after a day, not while their upload may be under way', async () => {
    const [fresh, old] = [newHash(), newHash()]
    await putBytes(fresh, now - 3_600_000)
    await putBytes(old, now - 2 * DAY)
    expect(await sweep()).toEqual({ ...NOTHING, strayPictures: 1 })
    expect([await isThere(fresh), await isThere(old)]).toEqual([
      [false, true],
      [false, false],
    ])
  })

  test('[PH8] a row without bytes goes, and whoever shows it is told', async () => {
    const [gone, fresh] = [newHash(), newHash()]
    for (const [hash, at] of [
      [gone, now - DAY / 2],
      [fresh, now - 60_000],
    ] as const) {
      await putRow(hash, at)
      await putRecord(hash, null)
    }
    expect(await sweep()).toEqual({ ...NOTHING, lostPictures: 1 })
    expect(lost).toEqual([gone])
    expect([await isThere(gone), await isThere(fresh)]).toEqual([
      [false, false],
      [true, false],
    ])
  })

  test('[PH8] a picture that no photo shows any more goes with its row', async () => {
    const [never, removed, waiting] = [newHash(), newHash(), newHash()]
    for (const hash of [never, removed, waiting]) {
      const at = hash === waiting ? now - 3_600_000 : now - 40 * DAY
      await putBytes(hash, at)
      await putRow(hash, at)
    }
    await putRecord(removed, now - 31 * DAY)
    expect(await sweep()).toEqual({ ...NOTHING, unusedPictures: 2 })
    expect(await isThere(never)).toEqual([false, false])
    expect(await isThere(removed)).toEqual([false, false])
    expect(await isThere(waiting)).toEqual([true, true]) // its record may still be on its way
  })

  test('[PH8] an empty store is taken for the wrong one', async () => {
    const hashes = Array.from({ length: 8 }, newHash)
    for (const hash of hashes) {
      await putRow(hash, now - DAY / 2)
      await putRecord(hash, null)
    }
    expect(await sweep()).toEqual(NOTHING)
    expect(lost).toEqual([])
    expect(await isThere(hashes[0]!)).toEqual([true, false])
  })
})
