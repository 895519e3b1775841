import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawGarment } from '../../server/testing/pictures.js'
import { runPhotoQueue } from './photo-queue.js'

const PHOTOS = 8
/** Only ends what hangs: programs are started anew many times. */
const LIMIT_MS = 900_000

describe('a queue of photos', { timeout: LIMIT_MS }, () => {
  let pictures: string
  beforeAll(async () => {
    pictures = await mkdtemp(join(tmpdir(), 'modaics-pictures-'))
    for (let i = 0; i < PHOTOS; i++) {
      const color = `#${(30 * i).toString(16).padStart(2, '0')}4060`
      await writeFile(join(pictures, `photo-${i}.jpg`), await drawGarment({ color, width: 180, height: 240 }))
    }
  })
  afterAll(() => rm(pictures, { recursive: true, force: true }))

  test('[PH12] outlives kills of the server and of the device: each stored once, analysed once, none lost', async () => {
    const figures = await runPhotoQueue({
      pictures,
      photos: PHOTOS,
      crashEvery: 3,
      engine: 'pglite',
      built: false,
    })
    expect(figures).toMatchObject({ stored: PHOTOS, analysedOnce: PHOTOS, lost: 0, failures: [] })
    expect(figures.crashes.server).toBeGreaterThan(0)
  })
})
