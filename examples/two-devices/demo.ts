import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { watchAnalysis } from './analysis-step.js'
import { createClaims } from './claims.js'
import { settleConflict } from './conflict-step.js'
import { type Device, openFirstDevice, openNextDevice } from './device.js'
import { drawGarments } from './drawn-garments.js'
import type { Garment } from './garment.js'
import { showInsights } from './insights-step.js'
import { learnTaste } from './learning-step.js'
import { addGarments, workOffline } from './offline-step.js'
import type { Options } from './options.js'
import { makeOutfits } from './outfits-step.js'
import { startOwnServer } from './own-server.js'
import { readPhotos } from './photo-folder.js'
import { compareCopies, reconnect } from './reconnect-step.js'
import { plural } from './step.js'
import type { Terminal } from './terminal.js'

/** @returns whether everything that the demo claims holds */
export async function runDemo(options: Options, terminal: Terminal): Promise<boolean> {
  const started = Date.now()
  const claims = createClaims(terminal, options.patienceMs)
  const folder = await mkdtemp(join(tmpdir(), 'modaics-demo-'))
  const ends: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })]
  try {
    terminal.line(`${terminal.bold('Modaics')} · two devices, one server`)
    const [first, ...rest] = await readGarments(options, terminal)
    // One that both know, and one for each: with fewer, claims would hold because there is nothing to claim.
    if (!first || rest.length < 2)
      throw new Error(`the demo needs 3 pictures, and ${options.photos} has ${first ? rest.length + 1 : 0}`)

    terminal.heading('1 · A server')
    let url = options.server
    if (url === null) {
      const starting = terminal.progress('starting, with the embedded database', null)
      const server = await startOwnServer(folder, terminal)
      ends.push(() => server.stop())
      url = server.url
      starting.done(`listens on ${url}`)
    } else terminal.line(`  ${url}, which runs already`)
    const health = await fetch(`${url}/health/ready`).catch((cause: unknown) => {
      throw new Error(`${url} does not answer`, { cause })
    })
    claims.hold('it says that it is ready', health.ok, `${health.status}: ${await health.text()}`)

    terminal.heading('2 · Two devices, one account')
    const email = `demo-${randomUUID()}@example.com`
    const signIn = { email, password: randomBytes(18).toString('base64url') }
    const open = async (start: Promise<Device>): Promise<Device> => {
      const device = await start
      ends.push(() => device.wardrobe.close())
      return device
    }
    const phone = await open(openFirstDevice({ name: 'phone', folder, url, signIn }))
    const isOnline = ({ wardrobe }: Device) => wardrobe.status().connection === 'online'
    const whyNot = ({ wardrobe }: Device) => wardrobe.status().fault?.detail ?? wardrobe.status().connection
    await claims.eventually(
      'the phone registers, and is online',
      () => isOnline(phone),
      () => whyNot(phone),
    )
    const tablet = await open(openNextDevice({ name: 'tablet', folder, url, signIn }))
    await claims.eventually(
      'the tablet signs in, and is online',
      () => isOnline(tablet),
      () => whyNot(tablet),
    )
    const stage = { terminal, claims, phone, tablet }
    // Nothing but SQL needs the rows. But here both devices share one thread with the server, and would stall it later.
    const opening = terminal.progress('the SQL rows of both devices open behind', null)
    await Promise.all([phone, tablet].map(({ wardrobe }) => wardrobe.query('select 1')))
    opening.done('the SQL rows of both devices are open')

    const [shared] = await addGarments(stage, phone, [first])
    if (!shared) throw new Error('the first garment was not added')
    await claims.eventually(
      `“${first.name}”, added on the phone, is on the tablet`,
      () => tablet.wardrobe.items.get(shared.itemId)?.name === first.name,
    )

    const work = await workOffline(stage, shared, {
      phone: rest.filter((_, at) => at % 2 === 0),
      tablet: rest.filter((_, at) => at % 2 === 1),
    })
    await reconnect(stage, rest.length + 1)
    await compareCopies(stage)
    await settleConflict(stage, shared, work)
    await watchAnalysis(stage, [shared, ...work.placed])
    makeOutfits(stage)
    await learnTaste(stage)
    showInsights(stage)
  } finally {
    for (const end of ends.reverse()) await end()
  }

  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  const claimed = claims.kept + claims.broken.length
  terminal.line()
  if (claims.broken.length === 0) terminal.good(`all ${claimed} claims hold, in ${seconds} s`)
  else terminal.bad(`${claims.broken.length} of ${claimed} claims do not hold:`)
  for (const claim of claims.broken) terminal.line(`    ${claim}`)
  return claims.broken.length === 0
}

async function readGarments({ photos, count }: Options, terminal: Terminal): Promise<Garment[]> {
  if (photos === null) {
    const garments = await drawGarments(count)
    terminal.line(`  ${plural(garments.length, 'garment')} drawn for this demo; --photos DIR takes your own`)
    return garments
  }
  const garments = await readPhotos(photos, count)
  terminal.line(`  ${plural(garments.length, 'photo')} from ${photos}`)
  const unknown = garments.filter(({ kind }) => kind === null).length
  if (unknown > 0)
    terminal.note(
      `what ${unknown} of them show is not told by a labels file or a name: no category, so no outfits with them`,
    )
  return garments
}
