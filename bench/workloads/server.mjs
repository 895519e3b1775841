import { randomUUID } from 'node:crypto'
import { checkItems, fill, makeItems, seeded } from '../lib/items.mjs'
import { startPostgres } from '../lib/postgres.mjs'
import { openDevice, signIn, startServer } from '../lib/server.mjs'
import { median, percentiles } from '../lib/stats.mjs'
import { sleep, until } from '../lib/waiting.mjs'

async function onServer(options, work) {
  const server = await startServer(options)
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

async function onPostgres(work) {
  const postgres = await startPostgres()
  try {
    return await onServer({ databaseUrl: postgres.url }, work)
  } finally {
    await postgres.stop()
  }
}

/** Two devices of one person, each signed in on its own, in a wardrobe that holds these pieces. */
async function pair(server, items) {
  const { account, person } = await signIn(server.url)
  const wardrobeId = randomUUID()
  const a = await openDevice(account, wardrobeId)
  await fill(a, items)
  await a.whenSynced()
  const b = await openDevice((await signIn(server.url, person)).account, wardrobeId)
  await b.whenSynced()
  return { a, b, account, wardrobeId, close: () => Promise.all([a.close(), b.close()]) }
}

/** From `update` on A to the `change` event on B, one edit each 20 ms, in a wardrobe of 1,000 pieces. */
const propagation = (database) => async (server) => {
  const items = makeItems(1_000)
  const { a, b, close } = await pair(server, items)
  const random = seeded(7)
  const times = []
  for (let i = -50; i < 500; i++) {
    const item = items[Math.floor(random() * items.length)]
    item.name = `edit ${i}`
    const arrived = until(b, () => b.items.get(item.id)?.name === item.name)
    const start = performance.now()
    await a.items.update(item.id, { name: item.name })
    const time = (await arrived) - start
    if (i >= 0) times.push(time)
    await sleep(20)
  }
  checkItems(b, items)
  await close()
  return percentiles(`edit on A to visible on B, ${database}`, times)
}

/** 5,000 edits of different fields, fired in a loop; until the last is acknowledged, which means committed. */
const throughput = (database) => async (server) => {
  const items = makeItems(1_000)
  const fields = ['name', 'brand', 'size', 'material', 'pattern']
  const { a, account, wardrobeId, close } = await pair(server, items)
  const start = performance.now()
  for (let i = 0; i < 5_000; i++) {
    const item = items[i % items.length]
    const field = fields[Math.floor(i / items.length)]
    item[field] = `burst ${i}`
    a.items.update(item.id, { [field]: item[field] })
  }
  await a.whenDurable('server')
  const seconds = (performance.now() - start) / 1_000
  await close()
  const fresh = await openDevice(account, wardrobeId)
  await fresh.whenSynced()
  checkItems(fresh, items)
  await fresh.close()
  return [
    { name: `5,000 edits, acknowledged, ${database}`, unit: 'edits/s', value: 5_000 / seconds, n: 5_000 },
  ]
}

/** A device that has nothing gets 10,000 pieces from a server that serves them to another one. */
async function coldSync(server) {
  const items = makeItems(10_000)
  const { b, account, wardrobeId, close } = await pair(server, items)
  await b.close()
  const times = []
  for (let run = 0; run < 3; run++) {
    const start = performance.now()
    const fresh = await openDevice(account, wardrobeId)
    times.push((await until(fresh, () => fresh.items.count() === items.length)) - start)
    checkItems(fresh, items)
    await fresh.close()
  }
  await close()
  return [{ name: 'cold sync of 10,000 pieces', unit: 'ms', value: median(times), n: times.length }]
}

/** Memory of the server, collected, before and after 500 wardrobes of 50 pieces have connected, and after they left. */
async function memory(server) {
  const { account } = await signIn(server.url)
  const ids = Array.from({ length: 500 }, () => randomUUID())
  const groups = Array.from({ length: 20 }, (_, i) => ids.slice(i * 25, i * 25 + 25))
  for (const [g, group] of groups.entries())
    await Promise.all(
      group.map(async (id, i) => {
        const wardrobe = await openDevice(account, id)
        await fill(wardrobe, makeItems(50, g * 25 + i + 1))
        await wardrobe.whenSynced()
        await wardrobe.close()
      }),
    )
  await sleep(2_000)
  const before = await server.memory()
  const open = []
  for (const group of groups)
    open.push(
      ...(await Promise.all(
        group.map(async (id) => {
          const wardrobe = await openDevice(account, id)
          await wardrobe.whenSynced()
          return wardrobe
        }),
      )),
    )
  await sleep(2_000)
  const during = await server.memory()
  for (const [i, wardrobe] of open.entries()) checkItems(wardrobe, makeItems(50, i + 1))
  await Promise.all(open.map((wardrobe) => wardrobe.close()))
  const used = ({ heapUsed, external }) => heapUsed + external
  const each = (bytes) => bytes / ids.length / 1_000
  return [
    { name: 'server memory before (RSS)', unit: 'MB', value: before.rss / 1e6, n: 1 },
    {
      name: 'RSS added by a connected wardrobe',
      unit: 'kB',
      value: each(during.rss - before.rss),
      n: ids.length,
    },
    {
      name: 'heap and buffers added by one',
      unit: 'kB',
      value: each(used(during) - used(before)),
      n: ids.length,
    },
  ]
}

export const propagationPglite = () => onServer({}, propagation('PGlite'))
export const propagationPostgres = () => onPostgres(propagation('PostgreSQL'))
export const throughputPglite = () => onServer({}, throughput('PGlite'))
export const throughputPostgres = () => onPostgres(throughput('PostgreSQL'))
export const cold = () => onServer({}, coldSync)
export const connected = () => onServer({}, memory)
