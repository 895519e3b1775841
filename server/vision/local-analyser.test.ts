import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { EYES_VERSION } from '@modaics/shared'
import { createNodeLooker } from '@modaics/shared/vision/node'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { receivePicture } from '../photos/receive.js'
import { drawGarment } from '../testing/pictures.js'
import { analysisSchema } from './analysis.js'
import { createLocalAnalyser, LOCAL_VERSION } from './local-analyser.js'

const analyser = createLocalAnalyser()
const patient = new AbortController().signal
const green = await drawGarment({ color: '#2f7d4f' })
const clear = await sharp({ create: { width: 20, height: 20, channels: 4, background: '#0000' } })
  .webp()
  .toBuffer()
// at the repository's side, where it is there
const garments = new URL('../../../shared/data/garments/dev/', import.meta.url)

describe('local analyser', () => {
  test('names the colour of the garment, not of the wall behind it', async () => {
    const { analysis, costUsd } = await analyser.analyse({ bytes: green }, patient)
    expect(analysis.colors?.value.map(({ name }) => name)).toEqual([expect.stringContaining('green')])
    expect(analysis.colors?.confidence).toBeGreaterThan(0.5)
    expect(costUsd).toBe(0)
  })

  test('the same picture is seen the same', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => analyser.analyse({ bytes: green }, patient)))
    expect(first).toEqual(second)
  })

  test('where there is nothing to see it says nothing', async () => {
    expect((await analyser.analyse({ bytes: clear }, patient)).analysis).toEqual({})
  })

  test('[LV3] a picture that cannot be read spoils no other', async () => {
    const [broken, seen] = await Promise.allSettled([
      analyser.analyse({ bytes: new Uint8Array([1, 2, 3]) }, patient),
      analyser.analyse({ bytes: green }, patient),
    ])
    expect(broken.status).toBe('rejected')
    expect(seen.status === 'fulfilled' && seen.value.analysis.kinds?.length).toBe(3)
  })

  test('[VI9] the eyes do not change without the version, which has old photos looked at again', () => {
    // what each version looked with; lines are added, never changed
    const history: Readonly<Record<number, string>> = { 4: '9d5370e3f815' }
    expect([LOCAL_VERSION, EYES_VERSION]).toEqual([
      Math.max(...Object.keys(history).map(Number)),
      history[LOCAL_VERSION],
    ])
  })

  test('[LV8] without eyes it sees colours, and says that this is not all', async () => {
    const nowhere = createNodeLooker(new URL('file:///nowhere/eyes.bin'))
    const { analysis, partial } = await createLocalAnalyser(async () => nowhere).analyse(
      { bytes: green },
      patient,
    )
    nowhere.close()
    expect(analysis.colors?.value[0]?.name).toContain('green')
    expect(Object.keys(analysis)).toEqual(['colors'])
    expect(partial).toContain('ENOENT')
    expect((await analyser.analyse({ bytes: green }, patient)).partial).toBeUndefined()
  })

  test('a stop ends it', async () => {
    const stopped = analyser.analyse({ bytes: green }, AbortSignal.abort(new Error('the server is stopping')))
    await expect(stopped).rejects.toThrow('the server is stopping')
  })

  test('[LV1] tells shoes, trousers and hats apart on real photos', async ({ skip }) => {
    if (!existsSync(garments)) skip(`needs photos in ${garments.pathname}`)
    const wanted = { Shoes: 'shoes', Pants: 'bottom', Hat: 'accessory' } as const
    const lines = (await readFile(new URL('../dev.csv', garments), 'utf8')).split('\n')
    for (const [label, category] of Object.entries(wanted)) {
      const files = lines.filter((line) => line.includes(`,${label},`)).slice(0, 4)
      const seen = []
      for (const file of files) {
        const bytes = await readFile(new URL(`../${file.split(',')[0]}`, garments))
        seen.push((await analyser.analyse({ bytes }, patient)).analysis.category?.value)
      }
      expect(seen.filter((one) => one === category).length, label).toBeGreaterThanOrEqual(3)
    }
  })

  test('photos of real garments, as they are stored, all get colours that fit the schema', async ({
    skip,
  }) => {
    if (!existsSync(garments)) skip(`needs photos in ${garments.pathname}`)
    const names = (await readdir(garments)).filter((name) => name.endsWith('.jpg')).slice(0, 12)
    for (const name of names) {
      const bytes = await readFile(new URL(name, garments))
      const { variants } = await receivePicture(bytes, createHash('sha256').update(bytes).digest('hex'))
      const card = variants.find(({ variant }) => variant === 'card')!
      const { analysis } = await analyser.analyse({ bytes: card.bytes }, patient)
      expect(analysisSchema.parse(analysis).colors?.value.length, name).toBeGreaterThan(0)
      expect(
        analysis.colors?.value.reduce((sum, { share }) => sum + share, 0),
        name,
      ).toBeCloseTo(1, 1)
    }
    expect(names.length).toBeGreaterThan(0)
  })
})
