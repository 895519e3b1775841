import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { converge, createDevices, createPerson } from './devices.js'

const YEAR_MS = 365 * 86_400_000

/** Real time, as far as these tests let it pass. Clocks are compared to within a second: see `later`. */
let passed = 0
const time = (): number => Date.now() + passed
const later = (): void => {
  passed += 5_000
}

/** Clocks by what they are off, in ms. */
const WRONG = [
  ['a year ahead', YEAR_MS],
  ['a year behind', -YEAR_MS],
  ['two minutes ahead', 120_000],
] as const

describe('a device whose clock is wrong', () => {
  let server: TestServer
  const { keep, closeAll } = createDevices()
  beforeAll(async () => {
    server = await openTestServer('pglite', { now: time })
  })
  afterEach(closeAll)
  afterAll(() => server?.close())

  test.each(WRONG)(
    '[SE12] %s: the later edit wins in both directions, and nothing is refused',
    async (_name, off) => {
      const person = await createPerson(server.url)
      const right = keep(await person.device({ now: time }))
      const coat = await right.wardrobe.items.add({ name: 'first' })
      await right.wardrobe.whenDurable('server')
      // It makes its first edits before it has ever met the server.
      const wrong = keep(
        await person.device({ wardrobeId: right.wardrobe.id, now: () => time() + off, start: false }),
      )
      const early = await wrong.wardrobe.items.add({ name: 'before the server was seen' })
      await wrong.wardrobe.items.update(early.id, { name: 'once more' })
      await wrong.wardrobe.items.update(early.id, { name: 'still before' })
      wrong.wardrobe.resumeSync()
      await converge(right, wrong)
      expect(right.wardrobe.items.get(early.id)?.name).toBe('still before')

      wrong.wardrobe.pauseSync()
      right.wardrobe.pauseSync()
      await wrong.wardrobe.items.update(coat.id, { name: 'second, by the wrong clock' })
      later()
      await right.wardrobe.items.update(coat.id, { name: 'third, by the right clock' })
      wrong.wardrobe.resumeSync()
      right.wardrobe.resumeSync()
      await converge(right, wrong)
      expect(wrong.wardrobe.items.get(coat.id)?.name).toBe('third, by the right clock')

      wrong.wardrobe.pauseSync()
      right.wardrobe.pauseSync()
      await right.wardrobe.items.update(early.id, { name: 'fourth, by the right clock' })
      later()
      await wrong.wardrobe.items.update(early.id, { name: 'fifth, by the wrong clock' })
      right.wardrobe.resumeSync()
      await right.wardrobe.whenSynced()
      wrong.wardrobe.resumeSync()
      await converge(right, wrong)
      expect(right.wardrobe.items.get(early.id)?.name).toBe('fifth, by the wrong clock')
      for (const { wardrobe } of [right, wrong]) {
        expect(wardrobe.refused()).toEqual([])
        expect(wardrobe.status().connection).toBe('online')
      }
    },
  )

  test('[SE12] that is set right while it is connected goes on without a refusal', async () => {
    const person = await createPerson(server.url)
    let off = 0
    const a = keep(await person.device({ now: () => time() + off }))
    const coat = await a.wardrobe.items.add({ name: 'one' })
    await a.wardrobe.whenDurable('server')
    off = YEAR_MS
    await a.wardrobe.items.update(coat.id, { name: 'two' })
    await a.wardrobe.whenDurable('server')
    off = 0
    await a.wardrobe.items.update(coat.id, { name: 'three' })
    await a.wardrobe.whenDurable('server')
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id, now: time }))
    await converge(a, b)
    expect(b.wardrobe.items.get(coat.id)?.name).toBe('three')
    await b.wardrobe.items.update(coat.id, { name: 'four' })
    await converge(a, b)
    expect(a.wardrobe.items.get(coat.id)?.name).toBe('four')
    expect(a.wardrobe.refused()).toEqual([])
    expect(a.wardrobe.conflicts()).toEqual([])
  })
})

describe('a server whose clock is wrong', () => {
  const { keep, closeAll } = createDevices()
  afterEach(closeAll)

  test.each([
    ['ahead', YEAR_MS],
    ['behind', -YEAR_MS],
  ])('by a year (%s) is as good a clock as any: devices agree, the later edit wins', async (_name, off) => {
    const server = await openTestServer('pglite', { now: () => time() + off })
    try {
      const person = await createPerson(server.url)
      const a = keep(await person.device({ now: time }))
      const coat = await a.wardrobe.items.add({ name: 'one' })
      await a.wardrobe.whenDurable('server')
      const b = keep(await person.device({ wardrobeId: a.wardrobe.id, now: time }))
      await converge(a, b)
      a.wardrobe.pauseSync()
      b.wardrobe.pauseSync()
      await a.wardrobe.items.update(coat.id, { name: 'two' })
      later()
      await b.wardrobe.items.update(coat.id, { name: 'three' })
      b.wardrobe.resumeSync()
      await b.wardrobe.whenSynced()
      a.wardrobe.resumeSync()
      await converge(a, b)
      expect(a.wardrobe.items.get(coat.id)?.name).toBe('three')
      expect([...a.wardrobe.refused(), ...b.wardrobe.refused()]).toEqual([])
    } finally {
      await closeAll()
      await server.close()
    }
  })
})
