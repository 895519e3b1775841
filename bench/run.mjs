// npm run bench [-- --only NAME,NAME] [--runs N] [--out NAME]     (README.md says what is measured and how to read it)
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { chromiumEdit } from './chromium.mjs'
import { median } from './lib/stats.mjs'
import { localEdit, openStored } from './workloads/local.mjs'
import * as server from './workloads/server.mjs'

const WORKLOADS = {
  local: localEdit,
  open: openStored,
  chromium: chromiumEdit,
  propagation: server.propagationPglite,
  'propagation-postgres': server.propagationPostgres,
  throughput: server.throughputPglite,
  'throughput-postgres': server.throughputPostgres,
  cold: server.cold,
  connected: server.connected,
}

/** What a metric is to stay below. */
const BARS = {
  'local durable edit, Node, files p95': 2,
  'local durable edit, Chromium, IndexedDB p95': 8,
  'open 1000 items, to the first typed read': 150,
  'edit on A to visible on B, PostgreSQL p95': 25,
  'RSS added by a connected wardrobe': 100,
}

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(WORKLOADS).join(',') },
    runs: { type: 'string', default: '3' },
    out: { type: 'string' },
  },
})

const load = []
const metrics = new Map()
const skipped = {}
let failed = false
for (const name of options.only.split(',')) {
  const workload = WORKLOADS[name]
  if (!workload) throw new Error(`no workload ${name}; there are ${Object.keys(WORKLOADS).join(', ')}`)
  for (let run = 1; run <= Number(options.runs); run++) {
    console.error(`${name}, run ${run} of ${options.runs}`)
    load.push(os.loadavg()[0])
    try {
      const result = await workload()
      if (typeof result === 'string') {
        skipped[name] = result
        break
      }
      for (const { name: metric, unit, value, n } of result) {
        const known = metrics.get(metric) ?? { unit, n, values: [] }
        known.values.push(Math.round(value * 1_000) / 1_000)
        metrics.set(metric, known)
      }
    } catch (error) {
      failed = true
      console.error(`${name} FAILED:`, error)
      break
    }
  }
}

const show = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
console.log(
  `\n| metric | median | min – max of ${options.runs} runs | unit | n | bar |\n|---|--:|--:|---|--:|---|`,
)
for (const [name, { unit, n, values }] of metrics) {
  const bar = BARS[name]
  const verdict = bar === undefined ? '' : `${median(values) < bar ? 'within' : 'ABOVE'} ${bar}`
  const range = `${show(Math.min(...values))} – ${show(Math.max(...values))}`
  console.log(`| ${name} | ${show(median(values))} | ${range} | ${unit} | ${n} | ${verdict} |`)
}
for (const [name, why] of Object.entries(skipped)) console.log(`\n${name} was not measured: ${why}`)

if (options.out) {
  const folder = new URL('./results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const file = new URL(`${options.out}.json`, folder)
  const git = (...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
  const result = {
    date: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' with changes'),
    machine: {
      cpu: os.cpus()[0].model.trim(),
      cores: os.cpus().length,
      memoryGiB: Math.round(os.totalmem() / 2 ** 30),
      system: `${os.type()} ${os.release()}`,
      node: process.version,
    },
    loadAtStarts: { median: median(load), max: Math.max(...load) },
    runs: Number(options.runs),
    skipped,
    metrics: Object.fromEntries(metrics),
  }
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
  console.error(`written: bench/results/${options.out}.json`)
}
process.exit(failed ? 1 : 0)
