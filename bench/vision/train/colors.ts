import { readFileSync, writeFileSync } from 'node:fs'
import { garmentMask, toLabPixels } from '@modaics/shared'
import { COLOR_NAMES, clothColors, hexToOklab } from '@modaics/shared/vision'
import { readLabels } from '../labels.js'
import { calibrationError } from '../measure.js'
import { readPicture } from '../pictures.js'
import { type Answered, fitLogistic } from './calibrate.js'
import { FOLDS, foldsOf } from './head.js'

// Fits where names of colours lie in photos, and writes `shared/vision/photo-colors.ts`:
//   npx tsx --conditions=@modaics/source bench/vision/train/colors.ts DIR
// DIR holds the photos that `bench/vision/train-labels.csv` names; `DIR.csv` says who sent them.

type Point = [l: number, a2: number, b2: number]

interface Sample {
  readonly at: Point
  readonly names: ReadonlySet<string>
  readonly sender: string
}

const SPREAD = 0.03
/** how far a place may move before it costs as much as a photo that is named wrongly */
const TETHER = 0.03
const ROUNDS = 500
const RATE = 0.02

const [directory] = process.argv.slice(2)
if (!directory) throw new Error('usage: colors.ts DIR')
const senders = new Map(
  readFileSync(`${directory.replace(/\/$/, '')}.csv`, 'utf8')
    .trim()
    .split('\n')
    .map((row) => [row.split(',')[0]?.split('/').at(-1) ?? '', row.split(',')[2] ?? '']),
)
const samples: Sample[] = []
for (const { file, colors } of readLabels(new URL('../train-labels.csv', import.meta.url))) {
  if (colors.length === 0) continue
  const pixels = toLabPixels(await readPicture(`${directory}/${file}`), 144)
  if (!pixels) throw new Error(`${file} is no picture`)
  const [main] = clothColors(pixels, garmentMask(pixels), 4)
  if (!main) continue
  const at: Point = [main.color.l, 2 * main.color.a, 2 * main.color.b]
  samples.push({ at, names: new Set(colors), sender: senders.get(file) ?? '' })
}
writeTable(fitPlaces(samples), fitConfidence(samples))

/** How sure one may be of a name, from what is said of people whose photos were not learnt from. */
function fitConfidence(all: readonly Sample[]): { slope: number; offset: number; astray: number } {
  const folds = foldsOf(all.map(({ sender }) => sender))
  const answered: Answered[] = []
  let astray = 0
  for (let fold = 0; fold < FOLDS; fold++) {
    const fitted = fitPlaces(all.filter((_, i) => folds[i] !== fold))
    for (const [i, { at, names }] of all.entries()) {
      if (folds[i] !== fold) continue
      const shares = namesAt(at, fitted)
      const [best = '', share = 0] = [...shares].sort(([, x], [, y]) => y - x)[0] ?? []
      answered.push({ share, right: names.has(best) })
      // what nobody would call it is hardly the cloth
      if ([...names].reduce((sum, name) => sum + (shares.get(name) ?? 0), 0) < 0.01) astray++
    }
  }
  const { slope, offset, confidence } = fitLogistic(answered)
  const error = (of: (share: number) => number): string =>
    calibrationError(answered.map(({ share, right }) => ({ confidence: of(share), right }))).toFixed(3)
  const right = answered.filter((one) => one.right).length / answered.length
  console.log(
    `people apart: ${right.toFixed(3)} accepted, ${(astray / all.length).toFixed(3)} far from every accepted name; ` +
      `calibration error ${error((share) => share)} as it is, ${error(confidence)} as fitted`,
  )
  return { slope, offset, astray: astray / all.length }
}

function namesAt(at: Point, { places, weights }: ReturnType<typeof fitPlaces>): Map<string, number> {
  const scores = places.map(
    (place) => (weights.get(place.name) ?? 0) - squared(at, place.at) / (2 * SPREAD ** 2),
  )
  const greatest = Math.max(...scores)
  const sums = new Map<string, number>()
  let total = 0
  for (const [i, { name }] of places.entries()) {
    const share = Math.exp((scores[i] ?? 0) - greatest)
    total += share
    sums.set(name, (sums.get(name) ?? 0) + share)
  }
  return new Map([...sums].map(([name, sum]) => [name, sum / total]))
}

interface Place {
  readonly name: string
  readonly start: Point
  readonly at: Point
}

/** Maximum likelihood of the accepted names, by Adam; places are tethered to where they began, weights to 0. */
function fitPlaces(all: readonly Sample[]): {
  readonly places: readonly Place[]
  readonly weights: Map<string, number>
} {
  const places: Place[] = COLOR_NAMES.flatMap(({ name, hexes }) =>
    hexes.flatMap((hex) => {
      const color = hexToOklab(hex)
      if (!color) return []
      const start: Point = [color.l, 2 * color.a, 2 * color.b]
      return [{ name, start, at: [...start] as Point }]
    }),
  )
  const weights = new Map(COLOR_NAMES.map(({ name }) => [name, 0]))
  const names = [...weights.keys()]
  const movePlaces = adam(places.length * 3, RATE / 10)
  const moveWeights = adam(names.length, RATE)
  for (let round = 0; round < ROUNDS; round++) {
    const slope = new Float64Array(places.length * 3)
    const slopeOf = new Map(names.map((name) => [name, weights.get(name) ?? 0]))
    for (const { at, names: accepted } of all) {
      const scores = places.map(
        (place) => (weights.get(place.name) ?? 0) - squared(at, place.at) / (2 * SPREAD ** 2),
      )
      const any = softmax(scores)
      const right = softmax(scores.map((score, i) => (accepted.has(places[i]?.name ?? '') ? score : -1e9)))
      for (const [i, place] of places.entries()) {
        const pull = (any[i] ?? 0) - (right[i] ?? 0)
        slopeOf.set(place.name, (slopeOf.get(place.name) ?? 0) + pull)
        for (let d = 0; d < 3; d++)
          slope[i * 3 + d] =
            (slope[i * 3 + d] ?? 0) + (pull * ((at[d] ?? 0) - (place.at[d] ?? 0))) / SPREAD ** 2
      }
    }
    const step = movePlaces(
      slope.map((value, i) => {
        const place = places[Math.floor(i / 3)]
        return value + ((place?.at[i % 3] ?? 0) - (place?.start[i % 3] ?? 0)) / TETHER ** 2
      }),
    )
    for (const [i, place] of places.entries())
      for (let d = 0; d < 3; d++) place.at[d] = (place.at[d] ?? 0) - (step[i * 3 + d] ?? 0)
    const weightStep = moveWeights(Float64Array.from(names, (name) => slopeOf.get(name) ?? 0))
    for (const [i, name] of names.entries())
      weights.set(name, (weights.get(name) ?? 0) - (weightStep[i] ?? 0))
  }
  return { places, weights }
}

/** D. P. Kingma, J. Ba: Adam, ICLR 2015. */
function adam(count: number, rate: number): (slope: Float64Array) => Float64Array {
  const mean = new Float64Array(count)
  const square = new Float64Array(count)
  let t = 0
  return (slope) => {
    t++
    return slope.map((value, i) => {
      mean[i] = 0.9 * (mean[i] ?? 0) + 0.1 * value
      square[i] = 0.999 * (square[i] ?? 0) + 0.001 * value * value
      return (
        (rate * (mean[i] ?? 0)) / (1 - 0.9 ** t) / (Math.sqrt((square[i] ?? 0) / (1 - 0.999 ** t)) + 1e-9)
      )
    })
  }
}

function squared(x: Point, y: Point): number {
  return (x[0] - y[0]) ** 2 + (x[1] - y[1]) ** 2 + (x[2] - y[2]) ** 2
}

/** Shares of the places in a photo. One that is far from all belongs to none: there the garment was not found. */
function softmax(scores: readonly number[]): number[] {
  const shares = scores.map((score) => Math.exp(score))
  const total = shares.reduce((sum, share) => sum + share, Math.exp(-8))
  return shares.map((share) => share / total)
}

function writeTable(
  { places, weights }: ReturnType<typeof fitPlaces>,
  { slope, offset, astray }: ReturnType<typeof fitConfidence>,
): void {
  const lines = places.map(({ name, at }) => {
    const numbers = at.map((value) => value.toFixed(4)).join(', ')
    return `  { name: '${name}', at: [${numbers}], weight: ${(weights.get(name) ?? 0).toFixed(3)} },`
  })
  writeFileSync(
    new URL('../../../shared/vision/photo-colors.ts', import.meta.url),
    `/** Where the cloth that people call so lies in photos: OKLab l, 2a, 2b, and how common the name is (log odds). */
export interface PhotoColor {
  readonly name: string
  readonly at: readonly [l: number, a2: number, b2: number]
  readonly weight: number
}

/** Standard deviation of cloth around its place, in all directions. */
export const SPREAD = ${SPREAD}

/**
 * How often a person accepts the likeliest name, by the log odds of its share of all names: fitted on photos of people who
 * were not learnt from (J. Platt: Probabilistic Outputs for Support Vector Machines, 1999).
 */
export const ACCEPTED = { slope: ${slope.toFixed(3)}, offset: ${offset.toFixed(3)} } as const

/** Of so many photos the colour found is one that nobody would name: there something else than the cloth was looked at. */
export const ASTRAY = ${astray.toFixed(3)}

/** Written by \`bench/vision/train/colors.ts\` from ${samples.length} labelled photos (CC0). */
export const PHOTO_COLORS: readonly PhotoColor[] = [
${lines.join('\n')}
]
`,
  )
  console.log(`${samples.length} photos, ${places.length} places`)
}
