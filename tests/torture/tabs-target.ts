import { openTestServer } from '../../server/testing/server.js'
import { bundlePage } from '../browser/bundle.js'
import { type Engine, type EngineTab, processOfPage } from '../browser/engines/engine.js'
import { killProcess } from '../browser/engines/processes.js'
import { servePage } from '../browser/page-server.js'
import { createPerson, PASSWORD, type Person } from '../sync/devices.js'
import { type ControlledTab, createTabControl } from './tab-control.js'
import type { TabContents } from './tabs-page.js'
import { createTally, sleep, type Target, until } from './torture.js'

/** A new browser and another wardrobe from time to time, so that opening stays quick. */
const KILLS_PER_BROWSER = 20
const TABS = 3
const KILL_EVERY_MS = 200
const WRITE_EVERY_MS = 25
/** Edits of one tab that may wait for their promise. */
const WRITES_AT_ONCE = 4

interface Tab extends EngineTab, ControlledTab {
  readonly pid: number
  /** edits that wait for their promise */
  writing: number
}

/** Three tabs on one wardrobe: again and again SIGKILL of the one that owns socket and rows, while all write. */
export const tabsTarget = (engine: Engine): Target => ({
  name: `${engine.name}-tabs`,
  summary: `${engine.name}: of three tabs the one that owns the socket, every ${KILL_EVERY_MS} ms, while all write`,
  unavailable: () => engine.unavailable(),
  async run(options) {
    const { kills, random } = options
    const tally = createTally(options)
    const site = await servePage(await bundlePage('../torture/tabs-page.ts'))
    const server = await openTestServer('pglite', { env: { ALLOWED_ORIGINS: site.origin } })
    /** ms between a kill and the next of the same three tabs */
    const gaps: number[] = []
    try {
      for (let done = 0; done < kills && Date.now() < options.until; ) {
        const person = await createPerson(server.url, 'tabs')
        const crew = await openCrew(engine, site.origin, server.url, person, tally.fault)
        let told = 0
        try {
          for (let k = 0; k < KILLS_PER_BROWSER && done < kills && Date.now() < options.until; ) {
            await crew.fill()
            await crew.promises()
            // Mostly one is left to carry on; sometimes nobody, and what they knew is in the journal alone.
            const spared = random.chance(0.7) ? 1 : 0
            let last: number | null = null
            while (crew.size > spared && k < KILLS_PER_BROWSER && done < kills) {
              await sleep(last === null ? random.below(KILL_EVERY_MS) : last + KILL_EVERY_MS - Date.now())
              await crew.killOwner()
              if (last !== null) gaps.push(Date.now() - last)
              last = Date.now()
              tally.killed(crew.promised.size - told, [])
              told = crew.promised.size
              done++
              k++
            }
          }
          await crew.fill()
          const { missing, faults } = await crew.rest()
          tally.missing(missing)
          for (const fault of faults) tally.fault(fault)
        } finally {
          await crew.close()
        }
      }
    } finally {
      await server.close()
      await site.close()
    }
    const [median] = gaps.sort((x, y) => x - y).slice(gaps.length >> 1)
    return { ...tally.figures(), ...(median ? { note: `${median} ms between kills, at the median` } : {}) }
  },
})

interface Crew {
  /** ids of edits that some tab was promised to be kept */
  readonly promised: ReadonlySet<string>
  readonly size: number
  /** Opens as many tabs as are missing. */
  fill(): Promise<void>
  /** Resolves at the next promise. */
  promises(): Promise<void>
  killOwner(): Promise<void>
  /** Lets all come to rest, and says what is not there and what is not as it must be. */
  rest(): Promise<{ readonly missing: string[]; readonly faults: string[] }>
  close(): Promise<void>
}

async function openCrew(
  engine: Engine,
  origin: string,
  url: string,
  person: Person,
  fault: (words: string) => void,
): Promise<Crew> {
  const promised = new Set<string>()
  const control = await createTabControl(
    (id) => void promised.add(id),
    (words) => fault(`an error in a tab: ${words}`),
  )
  const browser = await engine.start()
  const tabs = new Set<Tab>()
  let discarding: Promise<void>[] = []
  let writing = true
  const writer = setInterval(() => {
    for (const tab of writing ? tabs : []) {
      if (tab.writing >= WRITES_AT_ONCE) continue
      tab.writing++
      tab
        .call('write')
        .catch((error: Error) => {
          if (tabs.has(tab)) fault(`an edit failed: ${error.message}`)
        })
        .finally(() => tab.writing--)
    }
  }, WRITE_EVERY_MS)

  async function owner(): Promise<Tab> {
    for (;;) {
      for (const tab of tabs) if ((await tab.call('state')).owner) return tab
      await sleep(2) // the lock is on its way to the next
    }
  }

  return {
    promised,
    get size() {
      return tabs.size
    },
    async fill() {
      await Promise.all(discarding)
      discarding = []
      while (tabs.size < TABS) {
        const reported = control.next()
        const { discard } = await browser.openTab(`${origin}/?control=${encodeURIComponent(control.url)}`)
        const { call } = await reported
        const known = new Set([...tabs].map(({ pid }) => pid))
        const pid = await processOfPage(browser, known, () => call('ping'))
        await call('open', { url, person: { email: person.email, password: PASSWORD } })
        tabs.add({ pid, call, discard, writing: 0 })
      }
    },
    async promises() {
      const before = promised.size
      await until('an edit of a tab', () => promised.size > before)
    },
    async killOwner() {
      const tab = await owner()
      tabs.delete(tab)
      await killProcess(tab.pid)
      discarding.push(tab.discard())
    },
    async rest() {
      writing = false
      const all = [...tabs]
      await until('the last edits of all tabs', () => all.every(({ writing }) => writing === 0))
      let contents: TabContents[] = []
      const agree = async (): Promise<boolean> => {
        contents = await Promise.all(all.map(({ call }) => call('contents')))
        return new Set(contents.map(({ fingerprint }) => fingerprint)).size === 1
      }
      await until('all tabs to agree', agree, () => contents.map(({ ids, ...rest }) => [ids.length, rest]))
      const states = await Promise.all(all.map(({ call }) => call('state')))
      const [first] = contents
      const { wardrobe, close } = await person.device({ wardrobeId: first?.id ?? '', rows: false })
      await wardrobe.whenSynced()
      const holders = [
        ...contents.map(({ ids }) => new Set(ids)),
        new Set(wardrobe.items.list().map(({ id }) => id)),
      ]
      const faults: string[] = []
      if (wardrobe.fingerprint() !== first?.fingerprint)
        faults.push('the server has something else than the tabs')
      await close()
      for (const { ids, rows, conflicts, pending, refused } of contents) {
        if (rows !== ids.length) faults.push(`${rows} rows of ${ids.length} pieces`)
        if (conflicts + pending + refused > 0)
          faults.push(`${conflicts} conflicts, ${pending} pending, ${refused} refused at rest`)
      }
      const shown = JSON.stringify(states)
      if (states.reduce((sum, one) => sum + one.sockets, 0) !== 1)
        faults.push(`not one socket at rest: ${shown}`)
      if (states.filter(({ owner, sockets }) => owner && sockets === 1).length !== 1)
        faults.push(`the tab with the socket is not the owner: ${shown}`)
      return { missing: [...promised].filter((id) => holders.some((ids) => !ids.has(id))), faults }
    },
    async close() {
      clearInterval(writer)
      tabs.clear()
      await control.close()
      await browser.close()
    },
  }
}
