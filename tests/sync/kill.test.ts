import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openWardrobe } from '@modaics/client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres } from '../../server/testing/postgres.js'
import {
  makePlace,
  type ServerPlace,
  type ServerProcess,
  spawnServer,
  startTestServer,
  type TestServer,
} from '../../server/testing/server.js'
import { createDevices, createPerson, type Device, type Person, until } from './devices.js'

/** How often each program is killed. */
const KILLS = 3

/**
 * Edits one after the other, as fast as they are acknowledged, until stopped. What is in `acknowledged` was promised to be
 * durable at the server.
 */
function stream(device: Device): { readonly acknowledged: Map<string, string>; stop(): Promise<void> } {
  const acknowledged = new Map<string, string>()
  let stopped = false
  const running = (async () => {
    for (let i = 0; !stopped; i++) {
      const name = `Piece ${i}`
      const items = await Promise.all([1, 2, 3].map(() => device.wardrobe.items.add({ name })))
      await device.wardrobe.whenDurable('server')
      for (const { id } of items) acknowledged.set(id, name)
    }
  })()
  running.catch(() => {}) // said by `stop`; a test that has failed before closes the device under it
  return {
    acknowledged,
    async stop() {
      stopped = true
      await running
    },
  }
}

/** What a device that has nothing reads from the server. */
async function expectStored(
  person: Person,
  device: Device,
  acknowledged: ReadonlyMap<string, string>,
): Promise<void> {
  const fresh = await person.device({ wardrobeId: device.wardrobe.id })
  try {
    await fresh.wardrobe.whenSynced()
    const lost = [...acknowledged].filter(([id, name]) => fresh.wardrobe.items.get(id)?.name !== name)
    expect(lost).toEqual([])
  } finally {
    await fresh.close()
  }
}

describe.each(['pglite', 'postgres'] as const)('a server that is killed, on %s', (engine) => {
  const { keep, closeAll } = createDevices()
  let place: ServerPlace
  let server: ServerProcess | undefined
  beforeAll(async () => {
    place = await makePlace(engine)
  })
  afterEach(closeAll)
  afterAll(async () => {
    await server?.kill()
    await place?.remove()
  })

  test('in the middle of a stream of edits loses none that it acknowledged', async () => {
    server = await spawnServer(place)
    const person = await createPerson(place.url)
    const device = keep(await person.device())
    await device.wardrobe.whenSynced()
    const edits = stream(device)
    for (let kill = 1; kill <= KILLS; kill++) {
      const before = edits.acknowledged.size
      await until(() => edits.acknowledged.size > before + 30)
      await server.kill()
      const promised = new Map(edits.acknowledged)
      server = await spawnServer(place)
      // Looked at before the device has sent anything again: its own copy must not help.
      await expectStored(person, device, promised)
      // Its stream goes on.
      await until(() => edits.acknowledged.size > promised.size)
    }
    await edits.stop()
    await expectStored(person, device, edits.acknowledged)
    expect(device.wardrobe.refused()).toEqual([])
    expect(device.wardrobe.conflicts()).toEqual([])
    expect(await server.terminate()).toBe(0)
    server = undefined
  })
})

describe('a PostgreSQL that is killed', () => {
  const { keep, closeAll } = createDevices()
  let server: TestServer | undefined
  afterEach(closeAll)

  test('in the middle of a stream of edits loses none that were acknowledged, and the server goes on', async () => {
    const cluster = await startPostgres({ durable: true })
    try {
      server = await startTestServer(await makePlace('postgres', {}, cluster.url))
      const person = await createPerson(server.url)
      const device = keep(await person.device())
      await device.wardrobe.whenSynced()
      const edits = stream(device)
      for (let kill = 1; kill <= KILLS; kill++) {
        const before = edits.acknowledged.size
        await until(() => edits.acknowledged.size > before + 30)
        await cluster.kill()
        const promised = new Map(edits.acknowledged)
        await cluster.start()
        await until(() => edits.acknowledged.size > promised.size)
        await expectStored(person, device, promised)
      }
      await edits.stop()
      await expectStored(person, device, edits.acknowledged)
      expect(device.wardrobe.refused()).toEqual([])
    } finally {
      await closeAll()
      await server?.close()
      await cluster.stop()
    }
  })
})

describe('a Node client that is killed', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modaics-client-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('in the middle of writing has every edit that was resolved, and opens at once', async () => {
    const resolved = new Map<string, string | null>()
    for (let kill = 1; kill <= KILLS; kill++) {
      const child = spawn(
        process.execPath,
        [
          '--conditions=@modaics/source',
          '--import',
          'tsx',
          fileURLToPath(new URL('client-child.ts', import.meta.url)),
          folder,
          'killed',
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      const ended = new Promise((resolve) => child.once('exit', resolve))
      createInterface(child.stdout).on('line', (line) => {
        const [id = '', brand] = line.split(' ')
        if (id !== 'open') resolved.set(id, brand ?? resolved.get(id) ?? null)
      })
      const before = resolved.size
      try {
        await until(() => resolved.size > before + 100)
      } finally {
        child.kill('SIGKILL')
      }
      await ended
      const wardrobe = await openWardrobe({ name: 'killed', storage: { folder }, rows: false })
      const lost = [...resolved].filter(([id, brand]) => {
        const item = wardrobe.items.get(id)
        return !item || (brand !== null && item.brand !== brand) || item.tags[0] !== 'killed'
      })
      expect(lost).toEqual([])
      await wardrobe.close()
    }
  })
})
