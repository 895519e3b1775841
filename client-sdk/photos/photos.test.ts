import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EYES_VERSION, featuresOf, type PhotoAnalysis, SET_ABOVE } from '@modaics/shared'
import { EYES_FILE } from '@modaics/shared/vision'
import sharp from 'sharp'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openWardrobe } from '../open-wardrobe.js'
import { platform as nodePlatform } from '../platform/node.js'
import { openAccount } from '../sync/account.js'
import type { Wardrobe } from '../wardrobe.js'

const draw = (color: string) =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="600"><rect width="480" height="600" fill="#eeeae4"/>
       <path d="M150 110 L200 90 Q240 130 280 90 L330 110 L420 220 L360 270 L335 240 L335 520 L145 520 L145 240 L120 270 L60 220 Z" fill="${color}"/></svg>`,
    ),
  )
    .jpeg({ quality: 90 })
    .toBuffer()

test('[PH10] what is on hold stays so over a restart, until it is resumed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modaics-hold-'))
  // nobody answers there: what is tested is what the device says
  const account = await openAccount({ url: 'http://127.0.0.1:9' })
  const open = () =>
    openWardrobe({ name: 'hold', storage: { folder }, rows: false, sync: { account, start: false } })
  try {
    let wardrobe = await open()
    await wardrobe.photos.add({ bytes: await draw('#b01c2e') })
    expect(wardrobe.photos.uploads()).toMatchObject({ state: 'offline', waiting: 1 })
    wardrobe.photos.pauseUploads()
    for (const restart of [1, 2]) {
      await wardrobe.close()
      wardrobe = await open()
      expect(wardrobe.photos.uploads(), `restart ${restart}`).toMatchObject({ state: 'paused', waiting: 1 })
    }
    wardrobe.photos.resumeUploads()
    await wardrobe.close()
    wardrobe = await open()
    expect(wardrobe.photos.uploads()).toMatchObject({ state: 'offline', waiting: 1 })
    await wardrobe.close()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

describe('photos on a device without a network', () => {
  let wardrobe: Wardrobe
  const open = async (): Promise<Wardrobe> => {
    wardrobe = await openWardrobe({ name: 'photos', storage: 'memory', rows: false })
    return wardrobe
  }
  afterEach(() => wardrobe.close())

  test('[PH11] a piece has its colours from its photo at once, by the device, and a person’s word stays', async () => {
    const { items, photos } = await open()
    const [plain, named] = [
      await items.add({ name: 'Shirt' }),
      await items.add({ name: 'Coat', colors: [{ hex: '#00ff00', name: 'green' }] }),
    ]
    const bytes = await draw('#b01c2e')
    const [photo] = await Promise.all([plain, named].map(({ id }) => photos.add({ bytes, itemId: id })))
    expect(photo).toMatchObject({
      width: 480,
      height: 600,
      thumbhash: expect.stringMatching(/^[A-Za-z0-9+/]{20,}/),
      perceptualHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    await vi.waitFor(() => expect(items.get(plain.id)?.colors?.[0]?.name).toMatch(/red|crimson|burgundy/))
    expect(items.get(named.id)?.colors).toEqual([{ hex: '#00ff00', name: 'green' }])
    // taken back, the device's word shows
    await vi.waitFor(async () => {
      await items.release(named.id, 'colors')
      expect(items.get(named.id)?.colors?.[0]?.name).toMatch(/red|crimson|burgundy/)
    })
  })

  test('[LV4] with eyes it says kind and pattern too, what it is less sure of in the photo only', async () => {
    wardrobe = await openWardrobe({ name: 'photos', storage: 'memory', rows: false, photos: { eyes: true } })
    const { items, photos } = wardrobe
    expect(photos.eyes()).toEqual({ state: 'waiting', reason: null })
    const { id: itemId } = await items.add({ name: 'Shirt' })
    const { id } = await photos.add({ bytes: await draw('#b01c2e'), itemId })
    await vi.waitFor(
      () => expect(items.get(itemId)?.colors?.[0]?.name).toMatch(/red|crimson|burgundy/),
      60_000,
    )
    expect(photos.eyes()).toEqual({ state: 'open', reason: null })
    const { kinds, pattern } = photos.get(id)!.analysis as unknown as PhotoAnalysis
    expect(kinds).toHaveLength(3)
    const { pattern: shown, category } = items.get(itemId) ?? {}
    expect(shown ?? null).toBe(pattern!.confidence >= SET_ABOVE.pattern! ? pattern!.value : null)
    const tops = kinds!
      .filter((kind) => kind.category === 'top')
      .reduce((sum, one) => sum + one.confidence, 0)
    if (tops >= SET_ABOVE.category!) expect(category).toBe('top')
    // whatever it is less sure of is one tap away, and then the person's word
    const offered = wardrobe.suggestions(itemId).filter(({ field }) => field === 'kind')
    expect(offered.length).toBeGreaterThan(0)
    const second = offered.at(-1)!
    expect(await wardrobe.accept(second)).toMatchObject(second.set)
    expect(wardrobe.suggestions(itemId).filter(({ field }) => field === 'kind')).toEqual([])
    await wardrobe.undo()
    expect(wardrobe.suggestions(itemId).filter(({ field }) => field === 'kind')).toEqual(offered)
  })

  test('[LV4] with eyes that cannot be had it sees colours, and says why not more', async () => {
    const eyes = new URL('file:///nowhere/eyes.bin')
    wardrobe = await openWardrobe({ name: 'photos', storage: 'memory', rows: false, photos: { eyes } })
    const { items, photos } = wardrobe
    const { id: itemId } = await items.add({ name: 'Shirt' })
    await photos.add({ bytes: await draw('#b01c2e'), itemId })
    await vi.waitFor(
      () => expect(items.get(itemId)?.colors?.[0]?.name).toMatch(/red|crimson|burgundy/),
      60_000,
    )
    expect(photos.eyes()).toMatchObject({ state: 'blind', reason: expect.stringContaining('ENOENT') })
    expect(items.get(itemId)?.pattern).toBeNull()
  })

  test('[LV7] photos that were seen without eyes are looked at again when there are eyes, and a person’s word stays', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modaics-eyes-'))
    const weights = join(folder, 'eyes.bin')
    const openIn = (eyes: boolean | URL) =>
      openWardrobe({ name: 'photos', storage: { folder }, rows: false, photos: { eyes } })
    const featuresIn = (id: string) => featuresOf(wardrobe.photos.get(id)?.analysis)
    try {
      wardrobe = await openIn(false)
      const [shirt, coat, alone] = await Promise.all(
        ['Shirt', 'Coat', 'Alone'].map((name) => wardrobe.items.add({ name })),
      )
      await wardrobe.items.update(coat!.id, {
        category: 'shoes',
        colors: [{ hex: '#00ff00', name: 'green' }],
      })
      const first = await wardrobe.photos.add({ bytes: await draw('#b01c2e'), itemId: shirt!.id })
      const second = await wardrobe.photos.add({ bytes: await draw('#1f2a44'), itemId: coat!.id })
      const later = await wardrobe.photos.add({ bytes: await draw('#2f7d4f') })
      await wardrobe.photos.looked()
      expect(featuresIn(first.id)).toBeNull()
      await wardrobe.close()

      // wanted, and not to be had: what was seen before stays as it is, and is not written again
      wardrobe = await openIn(pathToFileURL(weights))
      await vi.waitFor(() => expect(wardrobe.photos.eyes().state).toBe('blind'), 60_000)
      await wardrobe.photos.looked()
      expect(wardrobe.photos.get(first.id)?.analysis).toMatchObject({ colors: expect.anything() })
      expect(featuresIn(first.id)).toBeNull()

      // there they are: the next photo finds it out, and the others follow
      await copyFile(EYES_FILE, weights)
      await wardrobe.photos.update(later.id, { itemId: alone!.id })
      for (const { id } of [first, second, later])
        await vi.waitFor(() => expect(featuresIn(id)?.eyes).toBe(EYES_VERSION), 60_000)
      expect(wardrobe.photos.eyes()).toEqual({ state: 'open', reason: null })
      await wardrobe.photos.looked()
      expect(wardrobe.items.get(coat!.id)).toMatchObject({ category: 'shoes', colors: [{ name: 'green' }] })
      expect(wardrobe.items.get(alone!.id)?.colors?.[0]?.name).toContain('green')
      expect(wardrobe.similar(shirt!.id).map(({ item }) => item.name)).toHaveLength(2)
      const told = wardrobe.photos.get(first.id)?.analysis
      await wardrobe.close()

      // seen by these eyes, it is not looked at again
      wardrobe = await openIn(true)
      await wardrobe.photos.looked()
      expect(wardrobe.photos.eyes().state).toBe('waiting')
      expect(wardrobe.photos.get(first.id)?.analysis).toEqual(told)
    } finally {
      await wardrobe.close()
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('[LV7] a photo whose look was cut off by the end of the process is looked at after the next start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modaics-cut-'))
    const open = () =>
      openWardrobe({ name: 'photos', storage: { folder }, rows: false, photos: { eyes: true } })
    try {
      wardrobe = await open()
      const { id: itemId } = await wardrobe.items.add({ name: 'Shirt' })
      // eyes that never open: as where the process is killed while it looks
      vi.spyOn(nodePlatform, 'openEyes').mockImplementation(() => new Promise(() => {}))
      const { id } = await wardrobe.photos.add({ bytes: await draw('#b01c2e'), itemId })
      expect(wardrobe.photos.get(id)?.analysis).toBeNull()
      await wardrobe.close()
      vi.restoreAllMocks()
      wardrobe = await open()
      await vi.waitFor(
        () => expect(wardrobe.items.get(itemId)?.colors?.[0]?.name).toMatch(/red|crimson|burgundy/),
        60_000,
      )
    } finally {
      await wardrobe.close()
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('[LV7] a photo that is removed while it is looked at is not written to', async () => {
    const colors = { value: [{ hex: '#b01c2e', name: 'red', share: 1 }], confidence: 0.9 }
    const opened = vi.spyOn(nodePlatform, 'openEyes').mockResolvedValue({
      blind: null,
      close() {},
      async look() {
        for (const { id } of wardrobe.photos.list()) await wardrobe.photos.remove(id)
        return { colors }
      },
    })
    wardrobe = await openWardrobe({ name: 'photos', storage: 'memory', rows: false, photos: { eyes: true } })
    const { id: itemId } = await wardrobe.items.add({ name: 'Shirt' })
    await wardrobe.photos.add({ bytes: await draw('#b01c2e'), itemId })
    await wardrobe.photos.looked()
    expect(opened).toHaveBeenCalledOnce()
    opened.mockRestore()
    expect(wardrobe.items.get(itemId)?.colors ?? null).toBeNull()
    expect(wardrobe.photos.list({ includeRemoved: true })[0]?.analysis ?? null).toBeNull()
  })

  test('many at once are all kept, each once', async () => {
    const { items, photos } = await open()
    const pictures = await Promise.all(
      Array.from({ length: 24 }, (_, i) => draw(`#${(i * 10).toString(16).padStart(2, '0')}3060`)),
    )
    const item = await items.add({ name: 'Many' })
    const added = await Promise.all(pictures.map((bytes) => photos.add({ bytes, itemId: item.id })))
    expect(new Set(added.map(({ hash }) => hash)).size).toBe(24)
    expect(photos.list()).toHaveLength(24)
    expect(photos.uploads()).toEqual({ state: 'off', waiting: 0, failed: 0, sentBytes: 0, totalBytes: 0 })
    for (const { id } of added) expect((await photos.data(id)).byteLength).toBeGreaterThan(100)
  })
})
