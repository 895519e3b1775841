// npm run bench:hostile [-- --seconds N --out NAME]     (README.md says what is measured)
//
// One well-behaved person edits and waits for the server, beside each attack in turn: how long they wait, and what the server
// takes in memory.
import { fork } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { parseArgs } from 'node:util'
import {
  createCompaction,
  encodeClientHello,
  encodeSyncFrame,
  MESSAGE,
  PROTOCOL_VERSION,
  packFrames,
  readCommits,
  SYNC,
  unpackFrames,
} from '@modaics/shared'
import * as decoding from 'lib0/decoding'
import { openDevice, signIn, startServer } from './lib/server.mjs'
import { quantile } from './lib/stats.mjs'

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '30' }, out: { type: 'string' } },
})
const MS = Number(options.seconds) * 1_000
const EDITS = 20_000
const ATTACKS = [
  'slow readers',
  'slow heads',
  'slow bodies',
  'half-sent frames',
  'flood of connections',
  'flood of sockets',
  'giant deletes',
]
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const server = await startServer()
const mib = async () => {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${server.pid}/status`, 'utf8'))
  return Math.round(Number(kib) / 1024)
}

const good = await openDevice((await signIn(server.url)).account)
const { id } = await good.items.add({ name: 'Coat' })
await good.whenDurable('server')
for (let n = 0; n < 50; n++) {
  await good.items.update(id, { notes: `warm ${n}` })
  await good.whenDurable('server')
}

/** The adversary has an account and a wardrobe of some size, and is honest while it makes that. */
const adversary = (await signIn(server.url)).account
const large = await openDevice(adversary)
for (let n = 0; n < EDITS; n += 500) {
  const turn = []
  for (let k = 0; k < 500; k++)
    turn.push(large.items.add({ name: `Piece ${n + k}`, notes: 'wool, from an old coat of navy silk' }))
  await Promise.all(turn)
}
await large.whenDurable('server')
const writer = await writerOf(large)
await large.close()

const rows = []
for (const attack of [null, ...ATTACKS, null]) rows.push(await measure(attack))

const result = {
  seconds: MS / 1_000,
  edits: EDITS,
  node: process.version,
  load: os.loadavg().map((load) => Math.round(load * 10) / 10),
  rows,
}
console.log(
  '| beside | edits | p50 ms | p95 ms | longest ms | server before, at most, after (MiB) | what came of it |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const { attack, edits, p50, p95, longest, memory, figures } of rows)
  console.log(
    `| ${attack ?? 'nothing'} | ${edits} | ${p50} | ${p95} | ${longest} | ${memory.join(', ')} | ${Object.entries(
      figures,
    )
      .map(([what, n]) => `${what}: ${n}`)
      .join('; ')} |`,
  )
console.log(`load of the machine ${result.load.join(' ')}`)
if (options.out)
  await writeFile(
    new URL(`results/${options.out}.json`, import.meta.url),
    `${JSON.stringify(result, null, 2)}\n`,
  )
await good.close()
await server.stop()
// Served within ten seconds, whatever goes on beside it; and what it took is bounded.
process.exitCode = rows.every(({ longest, memory }) => longest < 10_000 && memory[1] < 2_500) ? 0 : 1

async function measure(attack) {
  const before = await mib()
  let most = before
  const child = attack ? fork(new URL('./workloads/attacks.mjs', import.meta.url)) : null
  child?.send({
    attack,
    target: {
      url: server.url,
      wardrobeId: large.id,
      device: adversary.deviceId,
      token: await adversary.token(),
      writer,
      edits: EDITS,
    },
  })
  if (child) await pause(1_000)
  const times = []
  for (const until = performance.now() + MS; performance.now() < until; ) {
    const began = performance.now()
    await good.items.update(id, { notes: `beside ${attack} ${times.length}` })
    await good.whenDurable('server')
    times.push(performance.now() - began)
    most = Math.max(most, await mib())
    await pause(20)
  }
  const figures = child
    ? await new Promise((resolve) => {
        child.once('message', resolve)
        child.send({ stop: true })
      })
    : {}
  if (child) await new Promise((resolve) => child.once('exit', resolve))
  await pause(3_000)
  const ms = (q) => Math.round(quantile(times, q) * 10) / 10
  return {
    attack,
    edits: times.length,
    p50: ms(0.5),
    p95: ms(0.95),
    longest: ms(1),
    memory: [before, most, await mib()],
    figures,
  }
}

/** The Yjs client that most of the edits of a wardrobe are written as: what deletions are to hit. */
async function writerOf({ id: wardrobeId }) {
  const hello = { protocol: PROTOCOL_VERSION, device: adversary.deviceId, cursor: null }
  const answer = await adversary.request(`/v1/wardrobes/${wardrobeId}/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: packFrames([encodeClientHello(hello), encodeSyncFrame(SYNC.step1, new Uint8Array([0]))]),
  })
  const bag = createCompaction()
  for (const frame of unpackFrames(new Uint8Array(await answer.arrayBuffer()))) {
    const decoder = decoding.createDecoder(frame)
    if (decoding.readVarUint(decoder) === MESSAGE.commits)
      for (const update of readCommits(decoder).updates) bag.add(update)
  }
  const counts = new Map()
  for (const { client } of bag.live()) counts.set(client, (counts.get(client) ?? 0) + 1)
  return [...counts].sort(([, x], [, y]) => y - x)[0][0]
}
