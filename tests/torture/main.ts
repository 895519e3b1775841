import { parseArgs } from 'node:util'
import { createPrng } from '@modaics/shared/testing'
import { TARGETS } from './targets.js'

const HELP = `npm run torture -- [--kills N] [--minutes N] [--seed N] [--target NAME]…

Kills real processes with SIGKILL at random instants while they work, and looks for what they had promised.
--kills    how often each, 200 unless told
--minutes  for each at most; unlimited unless told
--target   only these: ${TARGETS.map(({ name }) => name).join(', ')}
Exit code 0: nothing that was acknowledged is lost.

${TARGETS.map(({ name, summary }) => `${name.padEnd(18)}${summary}`).join('\n')}`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    target: { type: 'string', multiple: true },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
const unknown = (values.target ?? []).filter((name) => !TARGETS.some((target) => target.name === name))
if (unknown.length > 0 || !(Number(values.kills) > 0)) {
  console.log(`${unknown.length > 0 ? `no such target: ${unknown}` : 'kills is a number'}\n\n${HELP}`)
  process.exit(2)
}
console.log(`seed ${values.seed}`)
console.log(
  `${'target'.padEnd(18)}${'kills'.padStart(7)}${'acknowledged'.padStart(14)}${'lost'.padStart(6)}${'seconds'.padStart(9)}  faults`,
)
let bad = false
for (const target of TARGETS) {
  if (values.target && !values.target.includes(target.name)) continue
  const reason = target.unavailable()
  if (reason) {
    console.log(`${target.name.padEnd(18)} skipped: ${reason}`)
    continue
  }
  const began = Date.now()
  const minutes = values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes)
  const { kills, acknowledged, lost, faults, note } = await target.run({
    kills: Number(values.kills),
    until: began + minutes * 60_000,
    random: createPrng(Number(values.seed)),
    built: true,
    onKill(figures) {
      // Where nobody watches, now and then a line: a run that is ended has said how far it came.
      if (!process.stderr.isTTY && figures.kills % 20 === 0)
        console.log(
          `  ${target.name}: ${figures.kills} kills, ${figures.acknowledged} acknowledged, ${figures.lost} lost`,
        )
      if (process.stderr.isTTY)
        process.stderr.write(
          `\r${target.name}: ${figures.kills} kills, ${figures.acknowledged} acknowledged, ${figures.lost} lost `,
        )
    },
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  const seconds = Math.round((Date.now() - began) / 1000)
  console.log(
    `${target.name.padEnd(18)}${String(kills).padStart(7)}${String(acknowledged).padStart(14)}${String(lost.length).padStart(6)}${String(seconds).padStart(9)}  ${faults.length > 0 ? [...new Set(faults)].join('; ') : 'none'}`,
  )
  if (note) console.log(`  ${note}`)
  for (const id of lost.slice(0, 10)) console.log(`  lost: ${id}`)
  bad ||= lost.length > 0 || faults.length > 0
}
process.exit(bad ? 1 : 0)
