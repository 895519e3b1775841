import { type Account, openAccount, openWardrobe, type Wardrobe } from '@modaics/client'
import { createId } from '@modaics/shared'
import { makePlace, spawnServer } from '../../server/testing/server.js'
import { createTally, sleep, type Target, until } from './torture.js'

const PASSWORD = 'correct horse battery staple'
/** A new wardrobe from time to time: a device that reads it all is to be quick. */
const KILLS_PER_WARDROBE = 20

/** The server, on either database: SIGKILL while a device streams edits to it. */
export const serverTarget = (engine: 'pglite' | 'postgres'): Target => ({
  name: `server-${engine}`,
  summary: `the server on ${engine}, while a device streams edits to it`,
  unavailable: () => null,
  async run(options) {
    const { kills, random } = options
    const tally = createTally(options)
    const place = await makePlace(engine)
    let server = await spawnServer(place, options)
    const email = `${createId()}@example.com`
    await (await openAccount({ url: place.url })).register({ email, password: PASSWORD })
    const signIn = async (): Promise<Account> => {
      const account = await openAccount({ url: place.url })
      await account.signIn({ email, password: PASSWORD })
      return account
    }
    // Once each: a sign-in takes the server longer than a kill.
    const [writing, reading] = [await signIn(), await signIn()]
    const open = (account: Account, wardrobeId?: string): Promise<Wardrobe> =>
      openWardrobe({
        name: 'torture',
        storage: 'memory',
        rows: false,
        sync: { account },
        ...(wardrobeId ? { wardrobeId } : {}),
      })
    try {
      for (let done = 0; done < kills && Date.now() < options.until; ) {
        const device = await open(writing)
        await device.whenSynced()
        const promised = new Map<string, string>()
        let streaming = true
        const stream = (async () => {
          for (let i = 0; streaming; i++) {
            const name = `Piece ${i}`
            const items = await Promise.all([1, 2, 3].map(() => device.items.add({ name })))
            const last = items[0]
            if (last && i % 3 === 0) await device.items.update(last.id, { brand: name })
            await device.whenDurable('server')
            for (const { id } of items) promised.set(id, name)
          }
        })()
        for (let k = 0; k < KILLS_PER_WARDROBE && done < kills && Date.now() < options.until; k++, done++) {
          const before = promised.size
          await until(
            'an acknowledged edit',
            () => promised.size > before,
            () => device.status(),
          )
          await sleep(random.below(300))
          await server.kill()
          const kept = new Map(promised)
          server = await spawnServer(place, options)
          // Read before the device has sent anything again would be best; it may be faster than this reader, but what it
          // sends again is only what was not acknowledged.
          const reader = await open(reading, device.id)
          await reader.whenSynced()
          tally.killed(
            kept.size - before,
            [...kept].flatMap(([id, name]) => (reader.items.get(id)?.name === name ? [] : [id])),
          )
          await reader.close()
        }
        streaming = false
        await stream
        const { refused } = device.status()
        if (refused > 0) tally.fault(`${refused} edits were refused`)
        if (device.conflicts().length > 0) tally.fault('a device is in conflict with itself')
        await device.close()
      }
    } finally {
      await server.kill()
      await place.remove()
    }
    return tally.figures()
  },
})
