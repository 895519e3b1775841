import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { modaics } from '../../client-sdk/testing/modaics.js'
import { drawGarment } from '../../server/testing/pictures.js'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { createDevices, createPerson, PASSWORD } from '../sync/devices.js'

const pictures = await Promise.all([
  drawGarment({ color: '#7a1f2b' }),
  drawGarment({ color: '#e8c020', width: 90 }),
])
const { keep, closeAll } = createDevices()
let server: TestServer
let folder: string

beforeAll(async () => {
  server = await openTestServer('pglite')
  folder = await mkdtemp(join(tmpdir(), 'modaics-import-'))
  await writeFile(join(folder, 'blouse.jpg'), pictures[0]!)
})
afterEach(closeAll)
afterAll(async () => {
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

test('[IM1] a folder is imported into a wardrobe of a server, and again with what came to it since', async () => {
  const person = await createPerson(server.url)
  const work = join(folder, 'on-its-way')
  const run = () =>
    modaics(
      [
        'import-photos',
        folder,
        '--server',
        server.url,
        '--email',
        person.email,
        '--folder',
        work,
        '--keep-duplicates',
      ],
      PASSWORD,
    )
  const first = await run()
  expect(first).toMatchObject({ code: 0, said: expect.stringContaining('1 piece added') })
  await writeFile(join(folder, 'scarf.jpg'), pictures[1]!)
  const again = await run()
  expect(again).toMatchObject({ code: 0, said: expect.stringContaining('1 piece added, 1 was there') })
  // all of it is on the server, and nothing is left here
  expect(await readdir(work)).toEqual([])
  const wardrobeId = /wardrobe (\S+)$/.exec(again.said)?.[1] ?? ''
  expect(first.said).toContain(wardrobeId)
  const device = keep(await person.device({ wardrobeId }))
  await device.wardrobe.whenSynced()
  expect(device.wardrobe.items.list().map(({ name }) => name)).toEqual(
    expect.arrayContaining(['blouse', 'scarf']),
  )
  for (const { id } of device.wardrobe.photos.list())
    expect((await device.wardrobe.photos.data(id)).byteLength).toBeGreaterThan(100)
  expect(device.wardrobe.photos.list().length).toBe(2)
})
