import type { BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { drawGarment } from '../../server/testing/pictures.js'
import { createDevices, PASSWORD, type Person, WITHIN } from '../sync/devices.js'
import { openSite, openTab, type Site } from './browser.js'
import { CHROMIUM, NO_CHROMIUM } from './chromium.js'
import type {} from './wardrobe-page.js'

if (!CHROMIUM) console.warn(`tests/browser/wardrobe.test.ts ${NO_CHROMIUM}`)

describe.skipIf(!CHROMIUM)(`a wardrobe in a page${CHROMIUM ? '' : ` (${NO_CHROMIUM})`}`, () => {
  let site: Site
  let person: Person
  let context: BrowserContext
  const { keep, closeAll } = createDevices()

  beforeAll(async () => {
    site = await openSite()
    person = await site.createPerson()
  })
  afterAll(() => site?.close())
  beforeEach(async () => {
    context = await site.browser.newContext()
  })
  afterEach(async () => {
    await context.close()
    await closeAll()
  })

  test('answers SQL and keeps a live query up to date', async () => {
    const { page, errors } = await openTab(context, site.origin)
    await page.evaluate(() => window.openPage())
    const seen = await page.evaluate(async () => {
      await window.wardrobe.items.add({ name: 'Coat', tags: ['wool'] })
      const rows = await window.wardrobe.query<{ name: string; tags: string[]; created_at: Date }>(
        'select name, tags, created_at from items',
      )
      const counts: number[] = []
      let wake = (): void => {}
      const subscription = await window.wardrobe.live<{ n: number }>(
        'select count(*)::int as n from items',
        [],
        ([row]) => {
          counts.push(row?.n ?? -1)
          if (row?.n === 2) wake()
        },
      )
      const two = new Promise<void>((resolve) => {
        wake = resolve
      })
      await window.wardrobe.items.add({ name: 'Scarf' })
      await two
      await subscription.unsubscribe()
      const names = (await window.wardrobe.db.query.items.findMany()).map(({ name }) => name)
      return { rows, counts, names, isDate: rows[0]?.created_at instanceof Date }
    })
    expect(seen.rows).toMatchObject([{ name: 'Coat', tags: ['wool'] }])
    expect(seen.isDate).toBe(true)
    expect(seen.counts[0]).toBe(1)
    expect(seen.counts.at(-1)).toBe(2)
    expect(seen.names.sort()).toEqual(['Coat', 'Scarf'])
    expect(errors).toEqual([])
  })

  test('opens offline, keeps what was added there over a reload, then syncs it to a device in Node, and back', async () => {
    const { page, errors } = await openTab(context, site.origin)
    const options = { url: site.server.url, person: { email: person.email, password: PASSWORD } }
    await page.evaluate(async (signIn) => {
      await navigator.serviceWorker.register('/service-worker.js')
      await navigator.serviceWorker.ready
      await window.openPage(signIn)
      await window.wardrobe.whenSynced()
    }, options)
    await context.setOffline(true)
    await page.reload()
    const before = await page.evaluate(async (url) => {
      const id = await window.openPage({ url })
      await window.wardrobe.items.add({ name: 'Coat' })
      await window.wardrobe.items.add({ name: 'Scarf', tags: ['wool'] })
      return { id, status: window.wardrobe.status() }
    }, site.server.url)
    expect(before.status).toMatchObject({ pending: 2, storage: 'indexeddb' })
    expect(before.status.connection).not.toBe('online')
    await page.reload()
    const after = await page.evaluate(async (url) => {
      const id = await window.openPage({ url })
      return {
        id,
        names: window.wardrobe.items.list().map(({ name }) => name),
        rows: await window.wardrobe.query('select name from items order by name'),
        pending: window.wardrobe.status().pending,
      }
    }, site.server.url)
    expect(after.rows).toEqual([{ name: 'Coat' }, { name: 'Scarf' }])
    expect(after.id).toBe(before.id)
    expect(after.names.sort()).toEqual(['Coat', 'Scarf'])
    expect(after.pending).toBe(2)

    await context.setOffline(false)
    await page.evaluate(() => window.wardrobe.whenDurable('server'))
    expect(await page.evaluate(() => window.wardrobe.status().pending)).toBe(0)
    const node = keep(await person.device({ wardrobeId: after.id }))
    await node.wardrobe.whenSynced()
    expect(node.wardrobe.items.list().map(({ name }) => name)).toEqual(expect.arrayContaining(after.names))
    await node.wardrobe.items.add({ name: 'Hat' })
    await page.waitForFunction(() => window.wardrobe.items.list().some(({ name }) => name === 'Hat'))
    expect(await page.evaluate(() => window.wardrobe.query('select name from items order by name'))).toEqual([
      { name: 'Coat' },
      { name: 'Hat' },
      { name: 'Scarf' },
    ])
    expect(errors).toEqual([])
  })

  test('a page that cannot load PGlite works without rows, says why, and keeps the data of before', async () => {
    const { page } = await openTab(context, site.origin)
    await page.evaluate(async () => {
      await window.openPage()
      await window.wardrobe.items.add({ name: 'Coat' })
      await window.wardrobe.query('select 1')
      await window.wardrobe.close()
    })
    const next = await openTab(context, site.origin)
    await context.setOffline(true)
    const seen = await next.page.evaluate(async () => {
      await window.openPage()
      const code = await window.wardrobe.query('select 1').catch((error) => error.code)
      await window.wardrobe.items.add({ name: 'Scarf' })
      const databases = (await indexedDB.databases()).map(({ name }) => name)
      return { code, databases, count: window.wardrobe.items.list().length, ...window.wardrobe.status() }
    })
    expect(seen).toMatchObject({ code: 'unavailable', count: 2, rows: 'failed' })
    expect(seen.databases).toContain('/pglite/modaics-mine')
  })

  test('[JO1] an edit whose promise has resolved survives the end of its process', async () => {
    const { page } = await openTab(context, site.origin)
    const resolved = new Promise<void>((done) => {
      page.on('console', (message) => {
        if (message.text() === 'resolved') done()
      })
    })
    const crashed = new Promise<void>((done) => page.on('crash', () => done()))
    await page.evaluate(() => window.openPage())
    const devtools = await context.newCDPSession(page)
    await page.evaluate(() => {
      void window.wardrobe.items.add({ name: 'Coat' }).then(() => console.log('resolved'))
    })
    await resolved
    devtools.send('Page.crash').catch(() => {}) // who has crashed does not answer
    await crashed
    const next = await openTab(context, site.origin)
    await next.page.evaluate(() => window.openPage())
    expect(await next.page.evaluate(() => window.wardrobe.items.list().map(({ name }) => name))).toEqual([
      'Coat',
    ])
  })

  test('a photo is stored in the page, uploaded, and read on another device', async () => {
    const { page, errors } = await openTab(context, site.origin)
    const picture = [...(await drawGarment({ color: '#1f2a44', width: 48, height: 60 }))]
    const added = await page.evaluate(
      async ({ bytes, ...options }) => {
        const wardrobe = await window.openPage(options)
        const item = await window.wardrobe.items.add({ name: 'Shirt' })
        const { id } = await window.wardrobe.photos.add({ bytes: Uint8Array.from(bytes), itemId: item.id })
        const own = await window.wardrobe.photos.data(id)
        await window.wardrobe.whenDurable('server')
        return { wardrobe, id, own: [...own] }
      },
      {
        bytes: picture,
        url: site.server.url,
        person: { email: person.email, password: PASSWORD },
      },
    )
    expect(added.own).toEqual(picture)
    await page.waitForFunction((id) => window.wardrobe.photos.state(id) === 'stored', added.id)
    const node = keep(await person.device({ wardrobeId: added.wardrobe }))
    await node.wardrobe.whenSynced()
    await vi.waitFor(() => expect(node.wardrobe.photos.state(added.id)).toBe('stored'), WITHIN)
    expect((await node.wardrobe.photos.data(added.id)).byteLength).toBeGreaterThan(100)
    expect(errors).toEqual([])
  })
})
