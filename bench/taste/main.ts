// npm run eval:taste [-- --people N] [--first SEED] [--json] [--out FILE]      (bench/README.md says how it is measured)
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { liveThrough } from './session.js'

const CHECKPOINTS = [0, 5, 10, 20, 50, 100]

const { values: options } = parseArgs({
  options: {
    people: { type: 'string', default: '24' },
    first: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
})
const people = Number(options.people)
if (!(people >= 2)) throw new Error('--people takes a whole number from 2')
const sessions = Array.from({ length: people }, (_, i) => {
  if (process.stderr.isTTY) process.stderr.write(`\rperson ${i + 1} of ${people} `)
  return liveThrough(Number(options.first) + i, CHECKPOINTS)
})

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
/** of the mean */
const error = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((x) => (x - mean(values)) ** 2)) / (values.length - 1))

const unlearned = sessions.map((session) => session.unlearned)
const rows = CHECKPOINTS.map((events, at) => {
  const learned = sessions.map(({ checkpoints }) => checkpoints[at]?.learned ?? 0)
  const gains = learned.map((share, i) => share - (unlearned[i] ?? 0))
  return {
    events,
    liked: mean(learned),
    error: error(learned),
    gain: mean(gains),
    gainError: error(gains),
    better: gains.filter((gain) => gain > 0).length,
    worse: gains.filter((gain) => gain < 0).length,
  }
})
const result = {
  people,
  first: Number(options.first),
  blind: mean(sessions.map((session) => session.blind)),
  unlearned: mean(unlearned),
  learned: rows,
}

const table = [
  `${people} simulated people, seeds from ${options.first}: part of the ten best proposals that they like`,
  '',
  '| events | liked | against no learning | people better off / worse off |',
  '| ---: | ---: | ---: | ---: |',
  ...rows.map(
    ({ events, liked, error, gain, gainError, better, worse }) =>
      `| ${events} | ${percent(liked)} ± ${percent(error)} | ${gain < 0 ? '−' : '+'}${percent(Math.abs(gain))} ± ${percent(gainError)} | ${better} / ${worse} |`,
  ),
  '',
  `Without learning ${percent(result.unlearned)}; outfits put together blindly ${percent(result.blind)}. ± is one standard error.`,
].join('\n')

if (options.out) writeFileSync(options.out, `${table}\n`)
console.log(options.json ? JSON.stringify(result) : table)
