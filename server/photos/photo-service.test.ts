import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createId, type JsonObject, ModaicsError } from '@modaics/shared'
import { EYES_VERSION } from '@modaics/shared/vision'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createLocalHub } from '../hub/local-hub.js'
import type { Author, Change } from '../ingest/door.js'
import { createIngest, type Ingest } from '../ingest/ingest.js'
import { createSqlCommitStore } from '../ingest/sql-commit-store.js'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import { drawGarment } from '../testing/pictures.js'
import { createSilentLogger } from '../testing/silent-logger.js'
import { type Analyser, AnalysisError } from '../vision/analyser.js'
import type { Analysis } from '../vision/analysis.js'
import { LOCAL_VERSION } from '../vision/local-analyser.js'
import { createFilePhotoStore } from './file-photo-store.js'
import { createPhotoService, type PhotoService, type PhotoServiceOptions } from './photo-service.js'
import type { PhotoStore, PictureFormat, Variant } from './photo-store.js'

const patience = { timeout: 60_000, interval: 20 }
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const keyOf = (wardrobeId: string, variant: Variant, format: PictureFormat = 'webp') => ({
  wardrobeId,
  hash: hashOf(red),
  variant,
  format,
})
// drawn before the first picture is received, which takes the decoder of SVG away
const red = await drawGarment({ color: '#b01c2e' })
const blue = await drawGarment({ color: '#1d3f8a' })

describe.each(TEST_ENGINES)('photos on $name', (engine) => {
  let opened: TestDatabase
  let folder = ''
  let files: PhotoStore
  let ingest: Ingest
  let writes: { author: Author; changes: readonly Change[] }[] = []
  let service: PhotoService | undefined
  let randomClients = 1_000

  beforeAll(async () => {
    opened = await engine.open()
    folder = await mkdtemp(join(tmpdir(), 'modaics-service-'))
    files = createFilePhotoStore(folder)
  })
  afterEach(async () => {
    await service?.stop()
    service = undefined
    await opened.database.query('delete from pgboss.job') // each test counts its own
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
    await opened.close()
  })

  /** A server's photo part over the real door; what it writes is also kept in `writes`. */
  function start(options: Partial<PhotoServiceOptions> = {}): PhotoService {
    writes = []
    const real = createIngest({
      store: createSqlCommitStore(opened.database),
      hub: createLocalHub(),
      now: Date.now,
      randomClient: () => randomClients++,
      onCommitted: (wardrobeId, records) => service?.recordsChanged(wardrobeId, records),
    })
    ingest = {
      ...real,
      write: (wardrobeId, author, changes) => {
        writes.push({ author, changes })
        return real.write(wardrobeId, author, changes)
      },
    }
    service = createPhotoService({
      database: opened.database,
      door: ingest,
      store: files,
      logger: createSilentLogger(),
      now: Date.now,
      pollMs: 50,
      ...options,
    })
    service.start()
    return service
  }

  async function newWardrobe(): Promise<string> {
    const id = createId()
    await opened.database.query('insert into wardrobes (id, name) values ($1, $2)', [id, 'test'])
    return id
  }

  const asUser = async (wardrobeId: string, ...changes: Change[]): Promise<void> => {
    expect(await ingest.write(wardrobeId, { source: 'user', device: 'phone' }, changes)).toMatchObject({
      ok: true,
    })
  }
  const item = (id: string, set: Change['set'] = { name: 'shirt' }): Change => ({ kind: 'items', id, set })
  const photo = (id: string, itemId: string, bytes: Uint8Array, set: Change['set'] = {}): Change => ({
    kind: 'photos',
    id,
    set: { itemId, hash: hashOf(bytes), ...set },
  })
  const rowOf = async (table: 'items' | 'photos', wardrobeId: string, id: string) => {
    await ingest.settled(wardrobeId)
    const [row] = await opened.database.query<Record<string, unknown>>(
      `select *, (extract(epoch from ${table === 'photos' ? 'stored_at' : 'updated_at'}) * 1000)::float8 as ms from ${table} where wardrobe_id = $1 and id = $2`,
      [wardrobeId, id],
    )
    return row
  }
  const analysed = (wardrobeId: string, id: string) =>
    vi.waitFor(async () => {
      const row = await rowOf('photos', wardrobeId, id)
      expect(row?.analysed_at).not.toBeNull()
      return row!
    }, patience)
  const visionWrites = () => writes.filter(({ author }) => author.source === 'vision')
  const jobsDone = () =>
    vi.waitFor(async () => {
      const open = await opened.database.query(`select 1 from pgboss.job where state < 'completed'`)
      expect(open).toEqual([])
    }, patience)
  /** As if the time were over that a job waits after it has failed. */
  const retryNow = () =>
    opened.database.query(`update pgboss.job set start_after = now() where state = 'retry'`)
  /** Counts how often it looks. */
  const counting = (analyse?: Analyser['analyse']): Analyser & { looks: number } => {
    const analyser = {
      id: `counting-${createId()}`,
      version: 1,
      looks: 0,
      analyse: async (...args: Parameters<Analyser['analyse']>) => {
        analyser.looks++
        if (analyse) return analyse(...args)
        const colors = { value: [{ hex: '#123456', name: 'navy', share: 1 }], confidence: 0.9 }
        return { analysis: { colors, category: { value: 'top', confidence: 0.2 } }, costUsd: 0.01 }
      },
    }
    return analyser
  }

  const storeShirt = async (wardrobe: string, photos: PhotoService): Promise<void> => {
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    await photos.store(wardrobe, hashOf(red), red)
  }

  test('[VI1] a photo is stored, looked at, and its garment gets colours with confidence', async () => {
    const wardrobe = await newWardrobe()
    const photos = start()
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    const { file, created } = await photos.store(wardrobe, hashOf(red), red)
    expect(created).toBe(true)
    const row = await analysed(wardrobe, 'p1')
    expect(row.ms).toBe(file.storedAt)
    expect(row.analysis).toMatchObject({ analyser: 'local', hash: hashOf(red), itemId: 'i1' })
    const shirt = await rowOf('items', wardrobe, 'i1')
    expect(shirt?.colors).toMatchObject([{ name: expect.stringMatching(/red|crimson|burgundy/) }])
    const [told] = visionWrites().flatMap(({ changes }) => changes.filter(({ kind }) => kind === 'items'))
    expect(told?.confidence?.colors).toBeGreaterThan(0.5)
  })

  test('the bytes may come before the record', async () => {
    const wardrobe = await newWardrobe()
    const photos = start()
    await photos.store(wardrobe, hashOf(red), red)
    expect(visionWrites()).toEqual([])
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    const row = await analysed(wardrobe, 'p1')
    expect(row.stored_at).not.toBeNull()
  })

  test('[VI2] what a person said of the garment stays', async () => {
    const wardrobe = await newWardrobe()
    const photos = start()
    const mine = [{ hex: '#00ff00', name: 'green' }]
    await asUser(wardrobe, item('i1', { name: 'shirt', colors: mine }), photo('p1', 'i1', red))
    await photos.store(wardrobe, hashOf(red), red)
    await analysed(wardrobe, 'p1')
    expect((await rowOf('items', wardrobe, 'i1'))?.colors).toEqual(mine)
  })

  test('[VI2] also what they say while it is looked at, and long after', async () => {
    const wardrobe = await newWardrobe()
    const seen = (value: string) => ({ value, confidence: 0.95 })
    const analyser = counting(async () => {
      await asUser(wardrobe, item('i1', { pattern: 'striped' }))
      return {
        analysis: { category: seen('dress'), pattern: seen('solid'), material: seen('silk') },
        costUsd: 0,
      }
    })
    await storeShirt(wardrobe, start({ analyser }))
    await analysed(wardrobe, 'p1')
    expect(await rowOf('items', wardrobe, 'i1')).toMatchObject({
      category: 'dress',
      pattern: 'striped',
      material: 'silk',
    })
    await asUser(wardrobe, item('i1', { category: 'top', material: null }))
    // a newer version sees the same again
    await service?.stop()
    start({ analyser: { ...analyser, version: 2 } })
    await vi.waitFor(
      async () => expect((await rowOf('photos', wardrobe, 'p1'))?.analysis).toMatchObject({ version: 2 }),
      patience,
    )
    expect(await rowOf('items', wardrobe, 'i1')).toMatchObject({
      category: 'top',
      pattern: 'striped',
      material: null,
    })
  })

  test('[VI3] the same picture is looked at once, however many records and uploads there are', async () => {
    const wardrobe = await newWardrobe()
    const analyser = counting()
    const photos = start({ analyser })
    await asUser(wardrobe, item('i1'), item('i2'), photo('p1', 'i1', red), photo('p2', 'i2', red))
    const stored = await Promise.all([1, 2, 3].map(() => photos.store(wardrobe, hashOf(red), red)))
    expect(new Set(stored.map(({ file }) => JSON.stringify(file))).size).toBe(1)
    await analysed(wardrobe, 'p1')
    await analysed(wardrobe, 'p2')
    expect(await photos.store(wardrobe, hashOf(red), red)).toMatchObject({ created: false })
    await asUser(wardrobe, photo('p3', 'i1', red))
    await analysed(wardrobe, 'p3')
    await jobsDone()
    expect(analyser.looks).toBe(1)
    const [cost] = await opened.database.query(
      'select cost_usd from analyses where wardrobe_id = $1 and analyser = $2',
      [wardrobe, analyser.id],
    )
    expect(cost?.cost_usd).toBe(0.01)
  })

  test('what the analyser is not sure of is kept with the photo and not told of the garment', async () => {
    const wardrobe = await newWardrobe()
    const photos = start({ analyser: counting() })
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    await photos.store(wardrobe, hashOf(red), red)
    const row = await analysed(wardrobe, 'p1')
    expect(row.analysis).toMatchObject({ category: { value: 'top', confidence: 0.2 } })
    expect(await rowOf('items', wardrobe, 'i1')).toMatchObject({ category: null })
  })

  test('[LV6] colours of a model are put together with those of the pixels, and its answer is kept as it was', async () => {
    const wardrobe = await newWardrobe()
    const analyser = counting()
    const photos = start({ analyser })
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    await photos.store(wardrobe, hashOf(red), red)
    const row = await analysed(wardrobe, 'p1')
    // it says navy of a red shirt
    expect(row.analysis).toMatchObject({
      analyser: analyser.id,
      colors: { value: [{ name: 'red', share: 1 }] },
    })
    expect(await rowOf('items', wardrobe, 'i1')).toMatchObject({ colors: [{ name: 'red', share: 1 }] })
    const kept = await opened.database.query<{ analyser: string; name: string }>(
      `select analyser, result->'colors'->'value'->0->>'name' as name from analyses where wardrobe_id = $1 order by analyser`,
      [wardrobe],
    )
    expect(kept).toEqual(
      expect.arrayContaining([
        { analyser: analyser.id, name: 'navy' },
        { analyser: 'local', name: 'red' },
      ]),
    )
    expect(analyser.looks).toBe(1)
  })

  test('the photo shown first speaks for its garment, whichever is looked at last', async () => {
    const wardrobe = await newWardrobe()
    const photos = start()
    const front = photo('p2', 'i1', red, { position: 0 })
    await asUser(wardrobe, item('i1'), front, photo('p1', 'i1', blue, { position: 1 }))
    await photos.store(wardrobe, hashOf(red), red)
    await analysed(wardrobe, 'p2')
    const before = (await rowOf('items', wardrobe, 'i1'))?.colors
    await photos.store(wardrobe, hashOf(blue), blue)
    await analysed(wardrobe, 'p1')
    expect((await rowOf('items', wardrobe, 'i1'))?.colors).toEqual(before)
  })

  test('a removed photo and one of a removed or missing garment are not looked at', async () => {
    const wardrobe = await newWardrobe()
    const analyser = counting()
    const photos = start({ analyser })
    await asUser(
      wardrobe,
      item('i1'),
      item('gone', { name: 'x', deletedAt: 1 }),
      photo('p1', 'i1', red, { deletedAt: 1 }),
      photo('p2', 'gone', red),
      photo('p3', 'never-made', red),
    )
    await photos.store(wardrobe, hashOf(red), red)
    await vi.waitFor(
      async () => expect((await rowOf('photos', wardrobe, 'p3'))?.stored_at).not.toBeNull(),
      patience,
    )
    await jobsDone()
    expect(analyser.looks).toBe(0)
    expect((await rowOf('photos', wardrobe, 'p1'))?.stored_at).toBeNull()
    expect(await rowOf('items', wardrobe, 'never-made')).toBeUndefined()
    // restored, it is
    await asUser(wardrobe, { kind: 'photos', id: 'p1', set: { deletedAt: null } })
    await analysed(wardrobe, 'p1')
  })

  test('[VI6] a photo whose item comes later is looked at when it is there', async () => {
    const wardrobe = await newWardrobe()
    const photos = start()
    await asUser(wardrobe, photo('p1', 'i1', red))
    await photos.store(wardrobe, hashOf(red), red)
    await asUser(wardrobe, item('other'))
    await jobsDone()
    expect((await rowOf('photos', wardrobe, 'p1'))?.analysed_at).toBeNull()
    await asUser(wardrobe, item('i1'))
    await analysed(wardrobe, 'p1')
    expect((await rowOf('items', wardrobe, 'i1'))?.colors).not.toBeNull()
  })

  test('[VI7] removing the garment breaks off the analysis that is under way', async () => {
    const wardrobe = await newWardrobe()
    let reason: unknown
    const analyser = counting(
      (_, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason
            reject(signal.reason)
          })
        }),
    )
    const photos = start({ analyser })
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    await photos.store(wardrobe, hashOf(red), red)
    await vi.waitFor(() => expect(analyser.looks).toBe(1), patience)
    await asUser(wardrobe, { kind: 'items', id: 'i1', set: { notes: 'still there' } })
    expect(reason).toBeUndefined()
    await asUser(wardrobe, item('i1', { deletedAt: 1 }))
    await jobsDone()
    expect(String(reason)).toContain('nobody wants it any more')
    expect(analyser.looks).toBe(1)
    expect((await rowOf('photos', wardrobe, 'p1'))?.failure).toBeNull()
  })

  test('[PH5] what is found in an upload keeps it out, and its records say so; sent again and sound, it is taken', async () => {
    const wardrobe = await newWardrobe()
    let finding: string | null = 'the malware scan found Eicar-Test'
    const photos = start({ scanner: { scan: async () => finding } })
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    const refused = photos.store(wardrobe, hashOf(red), red)
    await expect(refused).rejects.toMatchObject({ code: 'quarantined', detail: finding })
    expect(await photos.read(keyOf(wardrobe, 'full'))).toBeNull()
    expect(await photos.status(wardrobe, hashOf(red))).toMatchObject({ file: null, quarantined: finding })
    const failure = { code: 'quarantined', detail: finding }
    expect((await rowOf('photos', wardrobe, 'p1'))?.failure).toEqual(failure)
    // also where the record comes after the upload
    await asUser(wardrobe, photo('p2', 'i1', red))
    await vi.waitFor(
      async () => expect((await rowOf('photos', wardrobe, 'p2'))?.failure).toEqual(failure),
      patience,
    )
    finding = null
    await photos.store(wardrobe, hashOf(red), red)
    expect(await rowOf('photos', wardrobe, 'p1')).toMatchObject({
      failure: null,
      stored_at: expect.anything(),
    })
    expect(await photos.status(wardrobe, hashOf(red))).toMatchObject({ quarantined: null })
    await analysed(wardrobe, 'p2')
  })

  test('a stored photo gets its size, a placeholder and its perceptual hash; what a device said stays', async () => {
    const wardrobe = await newWardrobe()
    const photos = start()
    await asUser(wardrobe, photo('p1', 'i1', red), photo('p2', 'i1', red, { thumbhash: 'mine' }))
    await photos.store(wardrobe, hashOf(red), red)
    expect(await rowOf('photos', wardrobe, 'p1')).toMatchObject({
      width: 480,
      height: 600,
      thumbhash: expect.stringMatching(/^[A-Za-z0-9+/]{20,40}=*$/),
      perceptual_hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    expect((await rowOf('photos', wardrobe, 'p2'))?.thumbhash).toBe('mine')
  })

  test('a garment removed while its photo is looked at is not written to', async () => {
    const wardrobe = await newWardrobe()
    const analyser = counting(async () => {
      await asUser(wardrobe, item('i1', { deletedAt: 1 }))
      return {
        analysis: { colors: { value: [{ hex: '#123456', name: 'navy', share: 1 }], confidence: 1 } },
        costUsd: 0,
      }
    })
    const photos = start({ analyser })
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    await photos.store(wardrobe, hashOf(red), red)
    await vi.waitFor(() => expect(analyser.looks).toBe(1), patience)
    await jobsDone()
    expect((await rowOf('items', wardrobe, 'i1'))?.colors).toBeNull()
  })

  test('[VI4] where the analyser cannot answer, the local one does, and the reason is kept; asking again looks again', async () => {
    const wardrobe = await newWardrobe()
    let broken = true
    const sound = counting()
    const analyser = counting(async (...args) => {
      if (broken) throw new AnalysisError('rate-limited', 'HTTP 429')
      return sound.analyse(...args)
    })
    const photos = start({ analyser })
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    await photos.store(wardrobe, hashOf(red), red)
    const first = (await analysed(wardrobe, 'p1')).analysis as JsonObject
    expect(first).toMatchObject({
      analyser: 'local',
      fallback: { from: analyser.id, fault: 'rate-limited', detail: 'HTTP 429' },
    })
    await jobsDone()
    expect(analyser.looks).toBe(1)
    broken = false
    await photos.analyse(wardrobe, 'p1')
    await vi.waitFor(async () => {
      const row = await rowOf('photos', wardrobe, 'p1')
      expect(row?.analysis).toMatchObject({ analyser: analyser.id })
      expect(row?.analysis).not.toHaveProperty('fallback')
    }, patience)
    // and once it has answered, asking again costs nothing
    await jobsDone()
    await photos.analyse(wardrobe, 'p1')
    await jobsDone()
    expect(analyser.looks).toBe(2)
  })

  test('[VI9] a newer version looks again in the background, and what it cannot see stays', async () => {
    const wardrobe = await newWardrobe()
    const old = counting()
    await storeShirt(wardrobe, start({ analyser: old }))
    await analysed(wardrobe, 'p1')
    await service?.stop()
    let broken = true
    const newer = {
      ...old,
      version: 2,
      analyse: async () => {
        if (broken) throw new AnalysisError('over-budget', 'the budget is used up')
        return { analysis: { category: { value: 'dress', confidence: 0.9 } }, costUsd: 0 }
      },
    }
    start({ analyser: newer })
    await vi.waitFor(async () => {
      const kept = await opened.database.query(
        `select 1 from analyses where wardrobe_id = $1 and analyser = 'local'`,
        [wardrobe],
      )
      expect(kept).toHaveLength(1)
    }, patience)
    await jobsDone()
    expect((await rowOf('photos', wardrobe, 'p1'))?.analysis).toMatchObject({ analyser: old.id, version: 1 })
    await service?.stop()
    broken = false
    start({ analyser: newer })
    await vi.waitFor(
      async () => expect((await rowOf('items', wardrobe, 'i1'))?.category).toBe('dress'),
      patience,
    )
  })

  test('[VI9] what a model saw before its pixels were measured gets their features later; the model is not asked again', async () => {
    const wardrobe = await newWardrobe()
    const analyser = counting()
    await storeShirt(wardrobe, start({ analyser }))
    const { analysis } = await analysed(wardrobe, 'p1')
    expect(analysis).toMatchObject({ pixels: LOCAL_VERSION, features: { eyes: EYES_VERSION } })
    await jobsDone()
    await service?.stop()

    // as it was told when there were no features
    const { features, pixels, ...before } = analysis as JsonObject
    await ingest.write(wardrobe, { source: 'vision' }, [
      { kind: 'photos', id: 'p1', set: { analysis: before } },
    ])
    const item = await rowOf('items', wardrobe, 'i1')
    start({ analyser })
    await vi.waitFor(async () => {
      const row = await rowOf('photos', wardrobe, 'p1')
      expect(row?.analysis).toEqual({ ...before, features, pixels })
    }, patience)
    await jobsDone()
    expect(analyser.looks).toBe(1)
    expect(
      visionWrites().map(({ changes }) => changes.map(({ kind, set }) => [kind, Object.keys(set)])),
    ).toEqual([[['photos', ['analysis']]]])
    expect(await rowOf('items', wardrobe, 'i1')).toEqual(item)
    await service?.stop()

    // and then it is done
    start({ analyser })
    await storeShirt(wardrobe, service as PhotoService)
    await jobsDone()
    expect(visionWrites()).toEqual([])
  })

  test('[VI9] pixels that cannot be measured leave what was seen as it is, and are no failure', async () => {
    const wardrobe = await newWardrobe()
    const analyser = counting()
    await storeShirt(wardrobe, start({ analyser }))
    const { analysis } = await analysed(wardrobe, 'p1')
    await jobsDone()
    await service?.stop()
    const { features, pixels, ...before } = analysis as JsonObject
    await ingest.write(wardrobe, { source: 'vision' }, [
      { kind: 'photos', id: 'p1', set: { analysis: before } },
    ])
    await opened.database.query(`delete from analyses where wardrobe_id = $1 and analyser = 'local'`, [
      wardrobe,
    ])
    let asked = 0
    const get = async (): Promise<null> => {
      asked++
      return null
    }
    start({ analyser, store: { ...files, get } })
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0), patience)
    await jobsDone()
    expect(await rowOf('photos', wardrobe, 'p1')).toMatchObject({ analysis: before, failure: null })
    expect([analyser.looks, visionWrites()]).toEqual([1, []])
  })

  test('[VI9] pixels that could not be read because the store failed are measured when the job is run again; the model is not asked again', async () => {
    const wardrobe = await newWardrobe()
    const analyser = counting()
    let failures = 0
    const get: PhotoStore['get'] = (key) => {
      // what the model looks at is read; what the pixels are measured of is not, the first two times
      if (analyser.looks === 0 || failures === 2) return files.get(key)
      failures++
      return Promise.reject(new Error('the store does not answer'))
    }
    await storeShirt(wardrobe, start({ analyser, store: { ...files, get } }))
    await vi.waitFor(async () => {
      await retryNow()
      const row = await rowOf('photos', wardrobe, 'p1')
      expect(row?.analysis).toMatchObject({ analyser: analyser.id, pixels: LOCAL_VERSION })
    }, patience)
    await jobsDone()
    expect([analyser.looks, failures]).toEqual([1, 2])
    expect((await rowOf('photos', wardrobe, 'p1'))?.failure).toBeNull()
  })

  test('[VI9] a store that never gives the pixels is no failure of a photo that the model has seen', async () => {
    const wardrobe = await newWardrobe()
    const analyser = counting()
    const get: PhotoStore['get'] = (key) =>
      analyser.looks === 0 ? files.get(key) : Promise.reject(new Error('the store does not answer'))
    await storeShirt(wardrobe, start({ analyser, store: { ...files, get } }))
    await analysed(wardrobe, 'p1')
    await vi.waitFor(async () => {
      await retryNow()
      const [job] = await opened.database.query<{ state: string }>('select state from pgboss.job')
      expect(job?.state).toBe('failed')
    }, patience)
    expect(analyser.looks).toBe(1)
    expect(await rowOf('photos', wardrobe, 'p1')).toMatchObject({
      analysis: { analyser: analyser.id },
      failure: null,
    })
  })

  test('[LV8] what was seen in part only is shown, not kept, and looked at again when the analyser can see', async () => {
    const wardrobe = await newWardrobe()
    const colors = { value: [{ hex: '#b01c2e', name: 'red', share: 1 }], confidence: 0.9 }
    let blind = true
    const analyser = counting(async () =>
      blind
        ? { analysis: { colors }, costUsd: 0, partial: 'no eyes' }
        : { analysis: { colors, category: { value: 'top', confidence: 0.9 } }, costUsd: 0 },
    )
    await storeShirt(wardrobe, start({ analyser }))
    await analysed(wardrobe, 'p1')
    await jobsDone()
    expect(await rowOf('photos', wardrobe, 'p1')).toMatchObject({
      analysis: { version: 0, partial: 'no eyes' },
      failure: null,
    })
    expect(await rowOf('items', wardrobe, 'i1')).toMatchObject({
      colors: [{ name: 'red' }],
      category: null,
    })
    const written = writes.length
    await service?.stop()

    // as blind as before: it says nothing twice
    const looks = analyser.looks
    start({ analyser })
    await vi.waitFor(() => expect(analyser.looks).toBeGreaterThan(looks), patience)
    await jobsDone()
    expect([written > 0, writes.length]).toEqual([true, 0])
    await service?.stop()

    blind = false
    start({ analyser })
    await vi.waitFor(
      async () => expect((await rowOf('items', wardrobe, 'i1'))?.category).toBe('top'),
      patience,
    )
    expect((await rowOf('photos', wardrobe, 'p1'))?.analysis).toMatchObject({ version: 1 })
  })

  test('[VI10] what the photos of a piece show is put together, and nothing is said twice', async () => {
    const wardrobe = await newWardrobe()
    const answers: Record<string, Analysis> = {}
    const analyser = counting(async ({ bytes }) => {
      // told apart by what the decoder makes of them
      const { data } = await sharp(bytes).resize(1, 1).raw().toBuffer({ resolveWithObject: true })
      return { analysis: answers[(data[0] ?? 0) > (data[2] ?? 0) ? 'red' : 'blue'] ?? {}, costUsd: 0 }
    })
    answers.red = {
      category: { value: 'top', confidence: 0.9 },
      attributes: { fit: { value: 'slim', confidence: 0.9 } },
    }
    answers.blue = {
      category: { value: 'top', confidence: 0.8 },
      material: { value: 'wool', confidence: 0.9 },
    }
    const photos = start({ analyser })
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red), photo('p2', 'i1', blue))
    await photos.store(wardrobe, hashOf(red), red)
    await analysed(wardrobe, 'p1')
    await photos.store(wardrobe, hashOf(blue), blue)
    await analysed(wardrobe, 'p2')
    await jobsDone()
    expect(await rowOf('items', wardrobe, 'i1')).toMatchObject({
      category: 'top',
      material: 'wool',
      attributes: ['fit:slim'],
    })
    const said = visionWrites().flatMap(({ changes }) => changes.filter(({ kind }) => kind === 'items'))
    expect(said.map(({ set: { colors, ...set } }) => set)).toEqual([
      { category: 'top', 'attributes.fit:slim': true },
      { material: 'wool' },
    ])
  })

  test('[VI5] a crash between looking and writing costs no second look, and the edits are the same', async () => {
    const wardrobe = await newWardrobe()
    const analyser = counting()
    let photos = start({ analyser })
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    const write = ingest.write
    ingest.write = async (id, author, changes) => {
      if (changes.some(({ kind }) => kind === 'items'))
        throw new ModaicsError('storage-failed', 'the plug was pulled')
      return write(id, author, changes)
    }
    await photos.store(wardrobe, hashOf(red), red)
    await vi.waitFor(() => expect(analyser.looks).toBe(1), patience)
    await photos.stop()
    // the job waits for its retry with a pause; the next process starts it over at once
    await opened.database.query(`update pgboss.job set start_after = now() where state = 'retry'`)
    photos = start({ analyser })
    await analysed(wardrobe, 'p1')
    expect(analyser.looks).toBe(1)
    expect(visionWrites()).toHaveLength(1)
  })

  test('a crash after storing and before anything else is taken up at the next start', async () => {
    const wardrobe = await newWardrobe()
    await start({ analyser: null }).store(wardrobe, hashOf(red), red)
    const silent = service
    service = undefined // its process hears of no record any more
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    await silent?.stop()
    start()
    await analysed(wardrobe, 'p1')
  })

  test('[VI8] a failure for good is shown with the photo, and gone once an analysis succeeds', async () => {
    const wardrobe = await newWardrobe()
    let broken = true
    const analyser = counting(async () => {
      if (broken) throw new ModaicsError('analysis-failed', 'nothing works')
      return { analysis: {}, costUsd: 0 }
    })
    const photos = start({ analyser })
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red))
    await photos.store(wardrobe, hashOf(red), red)
    await vi.waitFor(async () => {
      // each retry waits some seconds longer: do not
      await opened.database.query(`update pgboss.job set start_after = now() where state = 'retry'`)
      const row = await rowOf('photos', wardrobe, 'p1')
      expect(row?.failure).toEqual({ code: 'analysis-failed', detail: 'nothing works' })
    }, patience)
    expect(analyser.looks).toBe(4)
    expect(await photos.status(wardrobe, hashOf(red))).toMatchObject({
      records: [{ id: 'p1', analysed: false, failure: { code: 'analysis-failed' } }],
    })
    broken = false
    await photos.analyse(wardrobe, 'p1')
    expect(await analysed(wardrobe, 'p1')).toMatchObject({ failure: null })
  })

  test('lost bytes are stored again by the next upload', async () => {
    const wardrobe = await newWardrobe()
    const photos = start()
    const { file } = await photos.store(wardrobe, hashOf(red), red)
    await files.delete(wardrobe, hashOf(red))
    expect(await photos.store(wardrobe, hashOf(red), red)).toEqual({ file, created: true })
    expect(await photos.read(keyOf(wardrobe, 'thumb'))).not.toBeNull()
  })

  test('a person who hides that it is stored is not written to for ever', async () => {
    const wardrobe = await newWardrobe()
    const photos = start({ analyser: null })
    await photos.store(wardrobe, hashOf(red), red)
    await asUser(wardrobe, item('i1'), photo('p1', 'i1', red, { storedAt: null, analysedAt: null }))
    await vi.waitFor(() => expect(visionWrites()).toHaveLength(1), patience)
    await asUser(wardrobe, { kind: 'photos', id: 'p1', set: { position: 3 } })
    await photos.stop()
    expect(visionWrites()).toHaveLength(1)
  })

  test('[PH4] pictures of one wardrobe are not those of another', async () => {
    const photos = start()
    const [mine, other] = [await newWardrobe(), await newWardrobe()]
    await photos.store(mine, hashOf(red), red)
    expect(await photos.read(keyOf(other, 'full'))).toBeNull()
    expect(await photos.status(other, hashOf(red))).toEqual({ file: null, quarantined: null, records: [] })
    await expect(photos.analyse(other, 'p1')).rejects.toMatchObject({ code: 'not-found' })
  })
})
