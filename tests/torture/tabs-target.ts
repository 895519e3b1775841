import { openTestServer } from '../../server/testing/server.js'
import { bundlePage } from '../browser/bundle.js'
import type { Engine } from '../browser/engines/engine.js'
import { servePage } from '../browser/page-server.js'
import { createPerson } from '../sync/devices.js'
import { openCrew, TABS } from './tabs-crew.js'
import { createTally, sleep, type Target } from './torture.js'

/** A new browser and another wardrobe from time to time, so that opening stays quick. */
const KILLS_PER_BROWSER = 40
const KILL_EVERY_MS = 200

/**
 * Three tabs on one wardrobe: again and again SIGKILL of the one that owns socket and rows, while all write; in its place
 * the next opens at once.
 */
export const tabsTarget = (engine: Engine): Target => ({
  name: `${engine.name}-tabs`,
  summary: `${engine.name}: of three tabs the one that owns the socket, every ${KILL_EVERY_MS} ms, while all write`,
  unavailable: () => engine.unavailable(),
  async run(options) {
    const { kills, random } = options
    const tally = createTally(options)
    const site = await servePage(await bundlePage('../torture/tabs-page.ts'))
    const server = await openTestServer('pglite', { env: { ALLOWED_ORIGINS: site.origin } })
    /** ms between a kill and the next in the same browser */
    const gaps: number[] = []
    let opening = 0
    try {
      for (let done = 0; done < kills && Date.now() < options.until; ) {
        const inThis = Math.min(KILLS_PER_BROWSER, kills - done)
        const person = await createPerson(server.url, 'tabs')
        const crew = await openCrew(engine, site.origin, server.url, person, inThis, tally.fault)
        // Mostly some are left to carry on; sometimes nobody, and what they knew is in the journal alone.
        const joined = random.chance(0.7) ? inThis : inThis - TABS
        let told = 0
        try {
          await crew.fill()
          await crew.promises()
          let next = Date.now() + random.below(KILL_EVERY_MS)
          let last: number | null = null
          for (let k = 0; k < inThis; k++, done++) {
            await sleep(next - Date.now())
            const { wasOpen } = await crew.killOwner()
            const now = Date.now()
            if (last !== null) gaps.push(now - last)
            last = now
            next = Math.max(next + KILL_EVERY_MS, now)
            if (!wasOpen) opening++
            if (k < joined) crew.join()
            tally.killed(crew.promised.size - told, [])
            told = crew.promised.size
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
    const figures = tally.figures()
    const [median] = gaps.sort((x, y) => x - y).slice(gaps.length >> 1)
    if (median === undefined) return figures
    return { ...figures, note: `${median} ms between kills, at the median; ${opening} while the tab opened` }
  },
})
