import './globals.js'
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { keepInCorpus, shrinkScenario } from './corpus.js'
import { countFaults } from './faults.js'
import { addFigures, type Figures, printFigures } from './figures.js'
import { createScenario } from './generate.js'
import { realNow } from './globals.js'
import { openRowCheck, type Rest, restOf } from './rows.js'
import { runScenario } from './run.js'

const HELP = `npm run simulate -- [--runs N] [--seed S] [--workers W] [--shrink] [--keep WHAT] [--rows] [--log]

Runs seeds S to S + N - 1. A failing seed is printed; --shrink makes it smaller first, --keep puts it into the corpus
with a line that says what was wrong, --log prints what happens. Of every hundredth seed, with
--rows of every one, the rows on device and server are compared too.`

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    shrink: { type: 'boolean', default: false },
    keep: { type: 'string' },
    log: { type: 'boolean', default: false },
    rows: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    /** in a worker: seeds from S by this step */
    every: { type: 'string' },
  },
})

interface Tally {
  readonly figures: Figures
  failed: number
  slowest: number
}

const first = Number(values.seed)
const runs = Number(values.runs)
const workers = values.log ? 1 : Math.min(Number(values.workers), runs)

/** Runs every `step`-th seed from `from` on. */
async function runSeeds(from: number, step: number): Promise<Tally> {
  const tally: Tally = { figures: {}, failed: 0, slowest: 0 }
  let check: Awaited<ReturnType<typeof openRowCheck>> | undefined
  for (let seed = from; seed < first + runs; seed += step) {
    const scenario = createScenario(seed)
    let rests: Rest[] = []
    const result = await runScenario(scenario, values.log ? console.log : undefined, (world) => {
      if (values.rows || seed % 100 === 0) rests = restOf(world)
    })
    const { figures, settledAfter } = result
    const failures = [...result.failures]
    if (failures.length === 0 && rests.length > 0) {
      check ??= await openRowCheck()
      for (const rest of rests) failures.push(...(await check.compare(rest)))
      addFigures(tally.figures, { 'runs with rows compared': 1 })
    }
    addFigures(tally.figures, figures)
    tally.slowest = Math.max(tally.slowest, settledAfter)
    if (failures.length === 0) continue
    tally.failed++
    console.log(`seed ${seed}:\n  ${failures.slice(0, 3).join('\n  ')}`)
    if (!values.shrink && values.keep === undefined) continue
    const small = await shrinkScenario(scenario)
    for (const { at, action, on } of small.steps) console.log(`  ${at} ms: ${action} on ${on}`)
    if (values.keep !== undefined) console.log(`  kept in ${keepInCorpus(small, values.keep)}`)
  }
  await check?.close()
  return tally
}

/** Several processes, every one with its share of the seeds. */
function runInProcesses(count: number): Promise<Tally[]> {
  return Promise.all(
    Array.from(
      { length: count },
      (_, i) =>
        new Promise<Tally>((resolve, reject) => {
          const args = [...process.argv.slice(2), '--every', `${i}/${count}`]
          const child = fork(process.argv[1] ?? '', args, { execArgv: process.execArgv })
          child.on('message', (message) => resolve(message as Tally))
          child.on('exit', (code) => {
            if (code !== 0) reject(new Error(`a worker ended with ${code}`))
          })
        }),
    ),
  )
}

if (values.help) console.log(HELP)
else if (values.every) {
  const [index = 0, count = 1] = values.every.split('/').map(Number)
  const tally = await runSeeds(first + index, count)
  process.send?.(tally, () => process.exit(0))
} else {
  const started = realNow()
  const tallies = workers > 1 ? await runInProcesses(workers) : [await runSeeds(first, 1)]
  const figures: Figures = {}
  for (const tally of tallies) addFigures(figures, tally.figures)
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0)
  const slowest = Math.max(...tallies.map((tally) => tally.slowest)) / 1000
  const seconds = (realNow() - started) / 1000
  console.log(printFigures({ ...figures, runs, failed }))
  console.log(`faults of each kind:\n${printFigures(countFaults(figures))}`)
  console.log(`seeds ${first} to ${first + runs - 1}: ${failed} of ${runs} failed; ${seconds.toFixed(1)} s;`)
  console.log(`at rest at most ${slowest.toFixed(1)} s of virtual time after the last fault`)
  process.exitCode = failed > 0 ? 1 : 0
}
