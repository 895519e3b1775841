import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { createOutfitter, type GarmentLike, type GenerateRequest, rateOutfit } from '@modaics/shared'
import { makeNamed, makeWardrobe, whiteShirts } from './wardrobe.js'

/**
 * How long the exact top 10 takes: `npm run bench:outfit`. Cold is the first request of a new outfitter, which reads every
 * piece; warm the median of the next ones; changed one after a piece has changed. Times are those of the processor, so
 * that a busy machine tells the same as a quiet one, as far as it can; beside them the wall's.
 */

type Wishes = Omit<GenerateRequest, 'items'>

const REQUESTS: Readonly<Record<string, Wishes>> = {
  'nothing said': {},
  'work, 12 °C, rain': { occasion: 'work', weather: { temperatureC: 12, rain: true } },
  'casual, summer, 24 °C': { occasion: 'casual', season: 'summer', weather: { temperatureC: 24 } },
  '0 °C': { weather: { temperatureC: 0 } },
}

const WARDROBES: Readonly<Record<string, (size: number) => GarmentLike[]>> = {
  mixed: makeWardrobe,
  named: makeNamed,
  'white shirts': whiteShirts,
}

interface Row {
  readonly wardrobe: string
  readonly pieces: number
  readonly request: string
  readonly coldMs: number
  readonly warmMs: number
  readonly warmWallMs: number
  readonly changedMs: number
  readonly threeUnlikeMs: number
  readonly exact: boolean
  readonly best: number
  readonly tenth: number
  readonly heapMb: number
}

/** Ours beside trying every outfit, on what that can do in some seconds. */
interface TriedRow {
  readonly pieces: number
  readonly outfits: number
  readonly bruteMs: number
  readonly oursMs: number
  /** the ten best of both score the same */
  readonly same: boolean
}

const RUNS = 21
const flags = new Set(process.argv.slice(2))
const sizes = flags.has('--quick') ? [100, 1_000] : [100, 300, 1_000, 3_000, 10_000, 30_000, 50_000]

const rows: Row[] = []
for (const [wardrobe, make] of Object.entries(WARDROBES))
  for (const pieces of wardrobe === 'mixed' ? sizes : sizes.filter((size) => [1_000, 10_000].includes(size)))
    for (const [request, wishes] of Object.entries(REQUESTS)) {
      const row = measure(wardrobe, pieces, request, make(pieces), wishes)
      rows.push(row)
      if (!flags.has('--json')) console.log(line(row))
    }
const tried = [8, 12, 16, 20, 24].map(tryAll)
const result = {
  machine: cpus()[0]?.model ?? 'unknown',
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
  bars: {
    'warm ms, 1,000 pieces, worst request': worst(1_000),
    'warm ms, 10,000 pieces, worst request': worst(10_000),
  },
  rows,
  tried,
}
if (flags.has('--json')) console.log(JSON.stringify(result))
else console.log(table())
if (flags.has('--out')) writeFileSync(new URL('../results/outfit.md', import.meta.url), table())

function measure(
  wardrobe: string,
  pieces: number,
  request: string,
  items: readonly GarmentLike[],
  wishes: Wishes,
): Row {
  const asked = { ...wishes, items, count: 10, diversity: 0 }
  const before = process.memoryUsage().heapUsed
  const outfitter = createOutfitter()
  const cold = timed(() => outfitter.generate(asked))
  const heapMb = Math.max(0, process.memoryUsage().heapUsed - before) / 2 ** 20
  const warm = Array.from({ length: RUNS }, () => timed(() => outfitter.generate(asked)))
  const changed = Array.from({ length: RUNS }, (_, i) => {
    const at = (i * 37) % items.length
    const changes = items.map((item, n) =>
      n === at ? { ...item, colors: [{ hex: `#${(i * 700_001).toString(16).padStart(6, '0')}` }] } : item,
    )
    return timed(() => outfitter.generate({ ...asked, items: changes }))
  })
  const unlike = Array.from({ length: 3 }, () => timed(() => outfitter.generate({ ...wishes, items })))
  const { outfits, bounded } = cold.value
  return {
    wardrobe,
    pieces,
    request,
    coldMs: cold.cpu,
    warmMs: median(warm.map(({ cpu }) => cpu)),
    warmWallMs: median(warm.map(({ wall }) => wall)),
    changedMs: median(changed.map(({ cpu }) => cpu)),
    threeUnlikeMs: median(unlike.map(({ cpu }) => cpu)),
    exact: bounded === undefined,
    best: outfits[0]?.score ?? 0,
    tenth: outfits[9]?.score ?? 0,
    heapMb,
  }
}

/** Tops, trousers and shoes, at home, where all of them may be worn: an outfit has four pieces at most. Every set of them is rated. */
function tryAll(size: number): TriedRow {
  const items = makeWardrobe(size * 4)
    .filter(({ category, status }) => status === 'available' && /^(top|bottom|shoes)$/.test(category ?? ''))
    .slice(0, size)
  const scores: number[] = []
  const brute = timed(() => visit(0, []))
  const ours = timed(() => createOutfitter().generate({ items, count: 10, diversity: 0, occasion: 'home' }))
  const best = scores.sort((x, y) => y - x).slice(0, ours.value.outfits.length)
  return {
    pieces: items.length,
    outfits: scores.length,
    bruteMs: brute.cpu,
    oursMs: ours.cpu,
    same: ours.value.outfits.every(({ score }, i) => Math.abs(score - (best[i] ?? 0)) < 1e-9),
  }

  function visit(from: number, outfit: readonly string[]): void {
    if (outfit.length > 0) {
      const rating = rateOutfit({ items, outfit, occasion: 'home' })
      if (rating.fault === null && rating.outfit) scores.push(rating.outfit.score)
    }
    if (outfit.length === 4) return
    for (const [at, { id }] of items.entries()) if (at >= from) visit(at + 1, [...outfit, id])
  }
}

function timed<T>(run: () => T): { readonly value: T; readonly cpu: number; readonly wall: number } {
  const cpu = process.cpuUsage()
  const wall = performance.now()
  const value = run()
  const used = process.cpuUsage(cpu)
  return { value, cpu: (used.user + used.system) / 1000, wall: performance.now() - wall }
}

function median(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)] ?? Number.NaN
}

function worst(pieces: number): number {
  return Math.max(
    ...rows.filter((row) => row.wardrobe === 'mixed' && row.pieces === pieces).map(({ warmMs }) => warmMs),
  )
}

function line(row: Row): string {
  const ms = (value: number): string => value.toFixed(1)
  return `| ${row.wardrobe} | ${row.pieces.toLocaleString('en')} | ${row.request} | ${ms(row.coldMs)} | ${ms(row.warmMs)} | ${ms(row.warmWallMs)} | ${ms(row.changedMs)} | ${ms(row.threeUnlikeMs)} | ${row.exact ? 'exact' : 'bounded'} | ${row.best.toFixed(4)} | ${row.tenth.toFixed(4)} | ${row.heapMb.toFixed(0)} |`
}

function triedLine({ pieces, outfits, bruteMs, oursMs, same }: TriedRow): string {
  return `| ${pieces} | ${outfits.toLocaleString('en')} | ${bruteMs.toFixed(0)} | ${oursMs.toFixed(1)} | ${same ? 'the same' : 'DIFFER'} |`
}

function table(): string {
  return `# Outfits: how long the exact top 10 takes

\`npm run bench:outfit -- --out\`, ${result.date}, ${result.machine}, Node ${result.node}, one thread. How it is measured:
[README](../README.md). Milliseconds of the processor; "wall" is the median of the same runs by the clock on the wall.

| wardrobe | pieces | request | cold | warm | wall | changed | three unlike | | best | tenth | heap MB |
| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |
${rows.map(line).join('\n')}

Beside trying every set of up to four pieces (tops, bottoms, shoes; at home; ours cold):

| pieces | outfits | trying all, ms | ours, ms | the ten best |
| ---: | ---: | ---: | ---: | --- |
${tried.map(triedLine).join('\n')}

Bars, of the mixed wardrobes: 1,000 pieces under 20 ms warm: worst request ${result.bars['warm ms, 1,000 pieces, worst request'].toFixed(1)};
10,000 under 100 ms: worst request ${result.bars['warm ms, 10,000 pieces, worst request'].toFixed(1)}.
`
}
