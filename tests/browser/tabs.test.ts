import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDevices, PASSWORD, type Person, WITHIN } from '../sync/devices.js'
import { openSite, openTab, type Site } from './browser.js'
import { CHROMIUM, NO_CHROMIUM } from './chromium.js'
import type {} from './wardrobe-page.js'

if (!CHROMIUM) console.warn(`tests/browser/tabs.test.ts ${NO_CHROMIUM}`)

interface Tab {
  readonly page: Page
  readonly errors: string[]
  readonly sockets: () => number
}

const names = ({ page }: Tab): Promise<string[]> =>
  page.evaluate(() =>
    window.wardrobe.items
      .list()
      .map(({ name }) => name ?? '')
      .sort(),
  )
const rows = ({ page }: Tab): Promise<{ name: string }[]> =>
  page.evaluate(() => window.wardrobe.query<{ name: string }>('select name from items order by name'))
const add = ({ page }: Tab, name: string): Promise<unknown> =>
  page.evaluate((name) => window.wardrobe.items.add({ name }), name)
const status = ({ page }: Tab) => page.evaluate(() => window.wardrobe.status())

describe.skipIf(!CHROMIUM)(`two tabs on one wardrobe${CHROMIUM ? '' : ` (${NO_CHROMIUM})`}`, () => {
  let site: Site
  let person: Person
  let context: BrowserContext
  let tabs: Tab[]
  const { keep, closeAll } = createDevices()

  beforeAll(async () => {
    site = await openSite()
    person = await site.createPerson()
  })
  afterAll(() => site?.close())
  beforeEach(async () => {
    context = await site.browser.newContext()
    tabs = []
  })
  afterEach(async () => {
    const errors = tabs.flatMap((tab) => tab.errors)
    await context.close()
    await closeAll()
    expect(errors).toEqual([])
  })

  async function openTabs(signedIn: boolean): Promise<[first: Tab, second: Tab]> {
    for (let i = 0; i < 2; i++) {
      const { page, errors } = await openTab(context, site.origin)
      let sockets = 0
      page.on('websocket', (socket) => {
        sockets++
        socket.on('close', () => sockets--)
      })
      tabs.push({ page, errors, sockets: () => sockets })
      await page.evaluate(
        (options) => window.openPage(options),
        signedIn ? { url: site.server.url, person: { email: person.email, password: PASSWORD } } : {},
      )
      if (i === 0) await page.waitForFunction(() => window.wardrobe.status().rows !== 'waiting')
    }
    return [tabs[0]!, tabs[1]!]
  }

  const online = ({ page }: Tab) =>
    page.waitForFunction(() => window.wardrobe.status().connection === 'online')

  test('[TB1] are one wardrobe, also where both open it for the first time at once', async () => {
    const [one, two] = await Promise.all([0, 1].map(() => openTab(context, site.origin)))
    const ids = await Promise.all([one, two].map((tab) => tab!.page.evaluate(() => window.openPage())))
    expect(ids[0]).toBe(ids[1])
  })

  test('[TB2] see each other’s edits, and both can ask in SQL, with drizzle and live', async () => {
    const [first, second] = await openTabs(false)
    await add(first, 'Coat')
    await second.page.waitForFunction(() => window.wardrobe.items.list().length === 1)
    await add(second, 'Scarf')
    // What a tab has written itself its SQL shows at once, wherever the rows are.
    expect(await rows(second)).toEqual([{ name: 'Coat' }, { name: 'Scarf' }])
    await first.page.waitForFunction(() => window.wardrobe.items.list().length === 2)
    expect(await rows(first)).toEqual([{ name: 'Coat' }, { name: 'Scarf' }])
    const seen = await second.page.evaluate(async () => {
      const { wardrobe } = window
      const counts: number[] = []
      let reached = (): void => {}
      const three = new Promise<void>((resolve) => {
        reached = resolve
      })
      await wardrobe.live<{ n: number }>('select count(*)::int as n from items', [], ([row]) => {
        counts.push(row?.n ?? -1)
        if (row?.n === 3) reached()
      })
      await wardrobe.profile.add({})
      await wardrobe.items.add({ name: 'Hat' })
      await three
      const orm = (await wardrobe.db.query.items.findMany()).map(({ name, createdAt }) => [
        name,
        createdAt instanceof Date,
      ])
      const [{ at } = { at: null }] = await wardrobe.query<{ at: unknown }>(
        'select created_at as at from items',
      )
      const failures = []
      for (const text of ['select nothing from items', 'delete from items'])
        failures.push(await wardrobe.query(text).catch((error) => ({ code: error.code, name: error.name })))
      return { counts, orm, isDate: at instanceof Date, failures, rows: wardrobe.status().rows }
    })
    expect(seen.counts).toEqual([2, 3])
    expect(seen.orm.map(([name]) => name).sort()).toEqual(['Coat', 'Hat', 'Scarf'])
    expect(seen.isDate).toBe(true)
    expect(seen.failures).toMatchObject([{ code: '42703' }, { code: 'forbidden', name: 'ModaicsError' }])
    expect(seen.rows).toBe('ready')
  })

  test('[TB3] share one socket; the second is told what the server has, and takes over when the first is gone', async () => {
    const [first, second] = await openTabs(true)
    await online(first)
    await online(second)
    await add(second, 'Coat')
    await second.page.evaluate(() => window.wardrobe.whenDurable('server'))
    expect((await status(second)).pending).toBe(0)
    expect((await status(first)).pending).toBe(0)
    expect([first.sockets(), second.sockets()]).toEqual([1, 0])

    const id = await first.page.evaluate(() => window.wardrobe.id)
    const node = keep(await person.device({ wardrobeId: id }))
    await node.wardrobe.whenSynced()
    expect(node.wardrobe.items.list().map(({ name }) => name)).toEqual(['Coat'])
    await node.wardrobe.items.add({ name: 'Hat' })
    await second.page.waitForFunction(() => window.wardrobe.items.list().length === 2)

    await second.page.evaluate(() => {
      const seen: number[] = []
      Object.assign(window, { seen })
      return window.wardrobe
        .live<{ n: number }>('select count(*)::int as n from items', [], ([row]) => seen.push(row?.n ?? -1))
        .then(() => undefined)
    })
    await first.page.close()
    await vi.waitFor(() => expect(second.sockets()).toBe(1), WITHIN)
    await add(second, 'Scarf')
    await second.page.evaluate(() => window.wardrobe.whenDurable('server'))
    expect(await rows(second)).toEqual([{ name: 'Coat' }, { name: 'Hat' }, { name: 'Scarf' }])
    await second.page.waitForFunction(() => (window as unknown as { seen: number[] }).seen.at(-1) === 3)
    await vi.waitFor(() => expect(node.wardrobe.items.list()).toHaveLength(3), WITHIN)
  })

  test('[TB4] a question that the first tab dies on is answered by the next', async () => {
    const [first, second] = await openTabs(false)
    await add(second, 'Coat')
    await rows(first) // its rows are open
    const devtools = await context.newCDPSession(first.page)
    const crashed = new Promise<void>((done) => first.page.on('crash', () => done()))
    await second.page.evaluate(() => {
      Object.assign(window, {
        slow: window.wardrobe.query('select name, pg_sleep(2)::text from items'),
      })
    })
    devtools.send('Page.crash').catch(() => {}) // who has crashed does not answer
    await crashed
    const answer = await second.page.evaluate(() => (window as unknown as { slow: Promise<unknown> }).slow)
    expect(answer).toMatchObject([{ name: 'Coat' }])
    expect(await names(second)).toEqual(['Coat'])
  })

  test('[TB5] share the session: new tokens in both at once do not spend one twice', async () => {
    const both = await openTabs(true)
    const refresh = () => Promise.all(both.map(({ page }) => page.evaluate(() => window.account?.refresh())))
    for (let i = 0; i < 3; i++) expect(await refresh()).toEqual([expect.any(String), expect.any(String)])
    for (const { page } of both) {
      expect(await page.evaluate(() => window.account?.user?.email)).toBe(person.email)
      expect(await page.evaluate(async () => (await window.account?.wardrobes())?.length)).toBeGreaterThan(0)
    }
  })

  test('[TB6] pausing in one tab pauses the device', async () => {
    const [first, second] = await openTabs(true)
    await online(second)
    await second.page.evaluate(() => window.wardrobe.pauseSync())
    await first.page.waitForFunction(() => window.wardrobe.status().connection === 'off')
    await add(first, 'Coat')
    await second.page.waitForFunction(() => window.wardrobe.status().pending === 1)
    await second.page.evaluate(() => window.wardrobe.resumeSync())
    await first.page.evaluate(() => window.wardrobe.whenDurable('server'))
    await second.page.waitForFunction(() => window.wardrobe.status().pending === 0)
  })
})
