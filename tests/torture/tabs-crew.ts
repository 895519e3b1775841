import { type Engine, type EngineTab, processOfPage } from '../browser/engines/engine.js'
import { killProcess } from '../browser/engines/processes.js'
import { PASSWORD, type Person } from '../sync/devices.js'
import { type ControlledTab, createTabControl } from './tab-control.js'
import type { TabContents } from './tabs-page.js'
import { until } from './torture.js'

/** How many are on the wardrobe together. */
export const TABS = 3
const WRITE_EVERY_MS = 25
/** Edits of one tab that may wait for their promise. */
const WRITES_AT_ONCE = 4

/** Tabs of one browser on one wardrobe that write without end, each in a process of its own. */
export interface Crew {
  /** ids of edits that some tab was promised to be kept */
  readonly promised: ReadonlySet<string>
  /** The next tab begins to open the wardrobe. */
  join(): void
  /** Resolves when three have it open. */
  fill(): Promise<void>
  /** Resolves at the next promise. */
  promises(): Promise<void>
  /** As soon as one has said that socket and rows are its own. */
  killOwner(): Promise<{ readonly wasOpen: boolean }>
  /** Lets all come to rest, and says what is not there and what is not as it must be. */
  rest(): Promise<{ readonly missing: string[]; readonly faults: string[] }>
  close(): Promise<void>
}

interface Tab {
  readonly pid: number
  readonly control: ControlledTab
  readonly discard: EngineTab['discard']
  /** the wardrobe is open */
  open: boolean
  /** edits that wait for their promise */
  writing: number
}

/** @param kills how many are to be killed: pages that can take their places are loaded beforehand, without the wardrobe */
export async function openCrew(
  engine: Engine,
  origin: string,
  url: string,
  person: Person,
  kills: number,
  fault: (words: string) => void,
): Promise<Crew> {
  const promised = new Set<string>()
  const control = await createTabControl(
    (id) => void promised.add(id),
    (words) => fault(`an error in a tab: ${words}`),
  )
  const browser = await engine.start()
  const waiting: Tab[] = []
  /** those on the wardrobe */
  const tabs = new Set<Tab>()
  const discarding: Promise<void>[] = []
  let writing = true
  const writer = setInterval(() => {
    for (const tab of writing ? tabs : []) {
      if (!tab.open || tab.writing >= WRITES_AT_ONCE) continue
      tab.writing++
      tab.control
        .call('write')
        .catch((error: Error) => {
          if (tabs.has(tab)) fault(`an edit failed: ${error.message}`)
        })
        .finally(() => tab.writing--)
    }
  }, WRITE_EVERY_MS)

  async function load(): Promise<void> {
    const reported = control.next()
    const { discard } = await browser.openTab(`${origin}/?control=${encodeURIComponent(control.url)}`)
    const tab = await reported
    const known = new Set(waiting.map(({ pid }) => pid))
    const pid = await processOfPage(browser, known, () => tab.call('ping'))
    waiting.push({ pid, control: tab, discard, open: false, writing: 0 })
  }

  function join(): void {
    const tab = waiting.shift()
    if (!tab) throw new Error('no page is left')
    tabs.add(tab)
    tab.control.call('open', { url, person: { email: person.email, password: PASSWORD } }).then(
      () => {
        tab.open = true
      },
      (error: Error) => {
        if (tabs.has(tab)) fault(`a tab did not open: ${error.message}`)
      },
    )
  }

  const findOwner = (): Tab | undefined => [...tabs].find(({ control }) => control.owner)
  const opened = (): Promise<void> =>
    until(
      'all tabs to open',
      () => [...tabs].every(({ open }) => open),
      () => [...tabs].map(({ open, control }) => ({ open, owner: control.owner })),
    )

  async function close(): Promise<void> {
    clearInterval(writer)
    tabs.clear()
    await control.close()
    await browser.close()
  }

  try {
    while (waiting.length < TABS + kills) await load()
  } catch (error) {
    await close()
    throw error
  }
  return {
    promised,
    join,
    async fill() {
      await Promise.all(discarding.splice(0))
      // The first signs in; the others find the session.
      if (tabs.size === 0) join()
      await opened()
      while (tabs.size < TABS) join()
      await opened()
    },
    async promises() {
      const before = promised.size
      await until('an edit of a tab', () => promised.size > before)
    },
    async killOwner() {
      await until('a tab that owns socket and rows', findOwner)
      const owner = findOwner()
      if (!owner) throw new Error('the owner has gone by itself')
      tabs.delete(owner)
      await killProcess(owner.pid)
      discarding.push(owner.discard())
      return { wasOpen: owner.open }
    },
    async rest() {
      writing = false
      const all = [...tabs]
      await until('the last edits of all tabs', () => all.every(({ writing }) => writing === 0))
      let contents: TabContents[] = []
      const agree = async (): Promise<boolean> => {
        contents = await Promise.all(all.map(({ control }) => control.call('contents')))
        return new Set(contents.map(({ fingerprint }) => fingerprint)).size === 1
      }
      await until('all tabs to agree', agree, () => contents.map(({ ids, ...rest }) => [ids.length, rest]))
      const states = await Promise.all(
        all.map(async ({ control }) => ({ owner: control.owner, ...(await control.call('state')) })),
      )
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
    close,
  }
}
