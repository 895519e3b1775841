import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.js'

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

Feeds the server's door mutations of real traffic: frames, updates, bodies of HTTP sync. A finding prints the seed and the
input; exit code 1. A million inputs unless told.`)
  process.exit(values.help ? 0 : 2)
}
const began = Date.now()
const figures = await fuzz({
  inputs,
  seed: Number(values.seed),
  onProgress(done, findings) {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${inputs} inputs, ${findings} findings `)
  },
})
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, x], [, y]) => y - x)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
console.log(`seed        ${values.seed}`)
console.log(
  `inputs      ${figures.inputs} in ${Math.round((Date.now() - began) / 1000)} s: ${list(figures.kinds)}`,
)
console.log(`commits     ${figures.accepted}, every edit of them sound`)
console.log(`closed      ${list(figures.closed)}`)
console.log(`slowest     ${figures.slowest} ms`)
console.log(
  `heap        ${figures.heap === null ? 'not measured' : `${Math.round(figures.heap / 2 ** 20)} MiB at most after a collection`}`,
)
console.log(`findings    ${figures.findings.length}`)
for (const finding of figures.findings.slice(0, 20)) console.log(`  ${finding}`)
process.exit(figures.findings.length > 0 ? 1 : 0)
