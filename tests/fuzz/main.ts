import { parseArgs } from 'node:util'
import { type FuzzFigures, type FuzzOptions, fuzz } from './fuzz.js'
import { fuzzRest } from './fuzz-rest.js'

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    help: { type: 'boolean' },
  },
})
const inputs = Number(values.inputs)
if (values.help || !(inputs > 0)) {
  console.log(`npm run fuzz -- [--inputs N] [--seed S]

Feeds the server's door mutations of real traffic: frames, updates, bodies of HTTP sync; and, one input of twenty, each route of
the REST API requests in which JSON, bytes, parameters or headers are changed. A finding prints the seed and the input; exit
code 1. A million inputs unless told.`)
  process.exit(values.help ? 0 : 2)
}
const seed = Number(values.seed)
console.log(`seed        ${seed}`)

const ofRest = Math.ceil(inputs / 20)
const findings = [
  ...(await report('the door of sync: frames, updates, bodies', fuzz, inputs - ofRest, 'refused     ')),
  ...(await report('the REST API: requests of each route', fuzzRest, ofRest, 'status      ')),
]
process.exit(findings.length > 0 ? 1 : 0)

async function report(
  title: string,
  run: (options: FuzzOptions) => Promise<FuzzFigures>,
  share: number,
  endings: string,
): Promise<readonly string[]> {
  if (share === 0) return []
  console.log(`\n${title}`)
  const began = Date.now()
  const { kinds, accepted, closed, slowest, heap, findings } = await run({
    inputs: share,
    seed,
    onProgress(done, found) {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${share} inputs, ${found} findings `)
      // Where nobody watches, now and then a line: a run that is ended has said how far it came.
      else if (done % 20_000 === 0) console.log(`  ${done} of ${share} inputs, ${found} findings`)
    },
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  console.log(`inputs      ${share} in ${Math.round((Date.now() - began) / 1000)} s: ${list(kinds)}`)
  console.log(`accepted    ${accepted}, all that was stored is sound`)
  console.log(`${endings}${list(closed)}`)
  console.log(`slowest     ${slowest} ms`)
  console.log(
    `heap        ${heap === null ? 'not measured' : `${Math.round(heap / 2 ** 20)} MiB at most after a collection`}`,
  )
  console.log(`findings    ${findings.length}`)
  for (const finding of findings.slice(0, 20)) console.log(`  ${finding}`)
  return findings
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, x], [, y]) => y - x)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}
