// npm run bench:growth [-- --edits N --sessions N --seed N --out NAME]     (README.md says what is measured)
//
// A seeded trace: five devices take turns, session by session; each opens its wardrobe from disk, syncs over HTTP, edits,
// syncs and closes. At the end the bytes that carry the bag are compared with those of a fresh bag of the same live edits:
// on the server (snapshot, log, ended epochs), in each journal, and on the wire to a new device.
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openWardrobe } from '@modaics/client'
import {
  beatenEdits,
  createCompaction,
  editToTuple,
  encodeClientHello,
  encodeSyncFrame,
  LIMITS,
  MESSAGE,
  PROTOCOL_VERSION,
  packFrames,
  readCommits,
  SYNC,
  tupleToEdit,
  unpackFrames,
  writeBag,
} from '@modaics/shared'
import * as decoding from 'lib0/decoding'
import postgres from 'postgres'
import { startPostgres } from './lib/postgres.mjs'
import { signIn, startServer } from './lib/server.mjs'

const { values: options } = parseArgs({
  options: {
    edits: { type: 'string', default: '200000' },
    sessions: { type: 'string', default: '1000' },
    items: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
})
const [EDITS, SESSIONS, ITEMS, SEED] = [options.edits, options.sessions, options.items, options.seed].map(
  Number,
)
const DEVICES = 5
/** What growth is to stay below, as a share of the fresh bag. */
const BAR = 1.5

/** mulberry32 */
let state = SEED >>> 0
function random() {
  state = (state + 0x6d2b79f5) >>> 0
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
const below = (limit) => Math.floor(random() * limit)
const pick = (list) => list[below(list.length)]
const words = (count) =>
  Array.from({ length: count }, () =>
    pick(['wool', 'linen', 'navy', 'coat', 'old', 'from', 'grey', 'silk']),
  ).join(' ')

const garment = () => ({
  name: words(3),
  category: pick(['top', 'bottom', 'outerwear', 'shoes']),
  brand: words(1),
  size: pick(['S', 'M', 'L']),
  material: pick(['wool', 'linen', 'cotton']),
  notes: words(12),
  price: below(500),
  tags: [words(1), 'seen'],
})
/** Most edits of a wardrobe say again what one field says. */
const change = () =>
  pick([
    () => ({ name: words(3) }),
    () => ({ notes: words(12) }),
    () => ({ status: pick(['available', 'laundry', 'lent']) }),
    () => ({ favorite: random() < 0.5 }),
    () => ({ price: below(500) }),
    () => ({ tags: [words(1), words(1)] }),
  ])()

/** On a machine that does other things a kept connection ends while a request is on its way: a device tries again, too. */
async function sync(wardrobe) {
  for (let tries = 1; ; tries++)
    try {
      return await wardrobe.syncOnce()
    } catch (error) {
      if (error.code !== 'offline' || tries === 10) throw error
    }
}

const folder = await mkdtemp(join(os.tmpdir(), 'modaics-growth-'))
const database = await startPostgres()
process.env.HISTORY_DAYS = '0'
const server = await startServer({ databaseUrl: database.url })
const sql = postgres(database.url, { max: 1 })
const started = performance.now()

const first = await signIn(server.url)
const accounts = [first.account]
while (accounts.length < DEVICES) accounts.push((await signIn(server.url, first.person)).account)
let wardrobeId
let edits = 0
const ids = []

for (let session = 0; session < SESSIONS; session++) {
  const device = session < DEVICES ? session : below(DEVICES)
  const wardrobe = await openWardrobe({
    name: 'growth',
    storage: { folder: join(folder, `device-${device}`) },
    rows: false,
    historyDays: 0,
    sync: { account: accounts[device], start: false },
    ...(wardrobeId ? { wardrobeId } : {}),
  })
  wardrobeId ??= wardrobe.id
  await sync(wardrobe)
  const until = Math.round((EDITS * (session + 1)) / SESSIONS)
  while (edits < until) {
    const turn = []
    for (const count = Math.min(1 + below(40), until - edits); turn.length < count; )
      if (ids.length < ITEMS && random() < 0.2) {
        const added = wardrobe.items.add(garment())
        turn.push(added.then(({ id }) => ids.push(id)))
      } else {
        const id = pick(ids)
        turn.push(id && wardrobe.items.get(id) ? wardrobe.items.update(id, change()) : Promise.resolve())
      }
    await Promise.all(turn)
    edits += turn.length
  }
  await sync(wardrobe)
  await wardrobe.close()
  if (session % 100 === 99)
    console.error(
      `${session + 1} sessions, ${edits} edits, ${Math.round((performance.now() - started) / 1000)} s`,
    )
}

// The last compaction comes on its own, seconds after the last commit: nothing is asked for.
await new Promise((resolve) => setTimeout(resolve, 5_000))
const [stored] = await sql`
  select (select coalesce(sum(octet_length(updates)), 0) from snapshots)::int as snapshot,
         (select coalesce(sum(octet_length(updates)), 0) from log)::int as log,
         (select coalesce(sum(octet_length(clocks)), 0) from epochs)::int as epochs,
         (select epoch from wardrobes limit 1) as epoch,
         (select head_seq::int from wardrobes limit 1) as commits`
const journals = []
for (let device = 0; device < DEVICES; device++) {
  let bytes = 0
  const root = join(folder, `device-${device}`)
  for (const name of await readdir(root, { recursive: true }))
    if (/(^|\/)journal\/journal-/.test(name)) bytes += (await stat(join(root, name))).size
  journals.push(bytes)
}

const body = packFrames([
  encodeClientHello({ protocol: PROTOCOL_VERSION, device: accounts[0].deviceId, cursor: null }),
  encodeSyncFrame(SYNC.step1, new Uint8Array([0])),
])
const answer = await fetch(`${server.url}/v1/wardrobes/${wardrobeId}/sync`, {
  method: 'POST',
  headers: {
    authorization: `Bearer ${await accounts[0].token()}`,
    'content-type': 'application/octet-stream',
  },
  body,
})
const wire = new Uint8Array(await answer.arrayBuffer())
const bag = createCompaction()
for (const frame of unpackFrames(wire)) {
  const decoder = decoding.createDecoder(frame)
  if (decoding.readVarUint(decoder) === MESSAGE.commits)
    for (const update of readCommits(decoder).updates) bag.add(update)
}
const records = new Map()
for (const { value } of bag.live()) {
  const edit = tupleToEdit(value)
  const key = `${edit.kind} ${edit.id}`
  records.set(key, [...(records.get(key) ?? []), edit])
}
const live = []
for (const all of records.values()) {
  const beaten = new Set(beatenEdits(all))
  for (const edit of all) if (!beaten.has(edit)) live.push(editToTuple(edit))
}
let fresh = 0
for (const piece of writeBag(4_294_967_295, live, LIMITS.pieceBytes)) fresh += piece.byteLength

const share = (bytes) => Math.round((bytes / fresh) * 1000) / 1000
const result = {
  trace: { edits, sessions: SESSIONS, devices: DEVICES, items: records.size, seed: SEED },
  freshBag: { bytes: fresh, liveEdits: live.length },
  server: { bytes: stored.snapshot + stored.log + stored.epochs, ...stored },
  journals: { largest: Math.max(...journals), all: journals },
  wire: { bytes: wire.byteLength },
  shares: {
    server: share(stored.snapshot + stored.log + stored.epochs),
    journal: share(Math.max(...journals)),
    wire: share(wire.byteLength),
  },
  bar: BAR,
  seconds: Math.round((performance.now() - started) / 1000),
  node: process.version,
}
console.log(JSON.stringify(result, null, 2))
if (options.out)
  await writeFile(
    new URL(`results/${options.out}.json`, import.meta.url),
    `${JSON.stringify(result, null, 2)}\n`,
  )
await sql.end()
await server.stop()
await database.stop()
await rm(folder, { recursive: true, force: true })
process.exitCode = Object.values(result.shares).every((value) => value <= BAR) ? 0 : 1
