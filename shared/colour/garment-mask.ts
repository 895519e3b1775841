import { kMeans } from './k-means.js'
import type { Bitmap } from './morphology.js'
import { components, fillHoles, smooth } from './morphology.js'
import type { LabPixels } from './pixels.js'

export interface GarmentMask extends Bitmap {
  /** part of the picture that the garment covers, 0 to 1 */
  readonly coverage: number
  /** 0 to 1: how much the mask may be believed */
  readonly confidence: number
  /** how it was found: from the picture's own transparency, by telling garment from background, or as a mere crop */
  readonly method: 'alpha' | 'colour' | 'centre'
}

/**
 * Finds the garment in a photo of one garment, laid flat or hung, near the middle.
 *
 * Every pixel gets one of a few dozen colour words. Which words belong to the garment is learnt from the picture
 * itself, beginning with the belief that the middle is garment and the rim is not, and alternating: what colours have
 * the two sides, and which side has each pixel, given its colour, its place and its neighbours (the idea of GrabCut,
 * Rother et al. 2004, with histograms for mixtures and smoothing for the cut). A textured background is no harder than
 * a plain one, since its colours reach the rim. If the outcome is implausible, the middle of the picture is returned.
 */
export function garmentMask(pixels: LabPixels): GarmentMask {
  const { width, height, opaque } = pixels
  const solid = opaque.reduce((sum, on) => sum + on, 0)
  const total = width * height
  if (solid < total * 0.95) return alphaMask(pixels, solid / total)
  if (width < 8 || height < 8) return centreMask(pixels)

  const { labels, sizes, centres } = kMeans(pixels.lab, WORDS, 6)
  const belief = separate(pixels, labels, sizes, kinshipOf(centres))
  const raw = new Uint8Array(total)
  for (let i = 0; i < total; i++) raw[i] = (belief[i] ?? 0) > 0.5 && opaque[i] ? 1 : 0
  const radius = Math.max(1, Math.round(Math.max(width, height) / 100))
  const mask = fillHoles(keepMain(smooth({ width, height, data: raw }, radius)), total * 0.02)

  let covered = 0
  let sure = 0
  let rim = 0
  for (let i = 0; i < total; i++) {
    const p = belief[i] ?? 0
    sure += Math.abs(p - 0.5) * 2
    if (!mask.data[i]) continue
    covered++
    const x = i % width
    const y = (i - x) / width
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) rim++
  }
  const coverage = covered / total
  const rimShare = rim / (2 * (width + height) - 4)
  const apart = separation(mask.data, labels, sizes)
  if (coverage < 0.06 || coverage > 0.9 || rimShare > 0.6 || apart < 0.25) return centreMask(pixels)
  const confidence = (sure / total) * (1 - rimShare) * Math.min(1, coverage / 0.15) * Math.sqrt(apart)
  return { ...mask, coverage, confidence, method: 'colour' }
}

const WORDS = 32
const ROUNDS = 8
/** distance at which two words are hardly one cloth any more */
const KINSHIP = 0.04
/** how much the place and the colour of a pixel count; tried on photos of clothes on beds, floors and carpets */
const PLACE = 1
const COLOUR = 2.3

/** For each pixel the belief, 0 to 1, that it is garment. */
function separate(
  { width, height }: LabPixels,
  labels: Uint8Array,
  sizes: Uint32Array,
  kinship: Float64Array,
): Float64Array {
  const total = width * height
  const prior = placePrior(width, height)
  const place = prior.map((p) => PLACE * Math.log(p / (1 - p)))
  let belief: Float64Array = prior.slice()
  const radius = Math.max(1, Math.round(Math.max(width, height) / 50))
  for (let round = 0; round < ROUNDS; round++) {
    const inside = new Float64Array(sizes.length)
    let insideTotal = 0
    for (let i = 0; i < total; i++) {
      const p = belief[i] ?? 0
      const word = labels[i] ?? 0
      inside[word] = (inside[word] ?? 0) + p
      insideTotal += p
    }
    const odds = wordOdds(inside, insideTotal, sizes, total, kinship)
    const score = new Float64Array(total)
    for (let i = 0; i < total; i++) score[i] = odds[labels[i] ?? 0] ?? 0
    const around = boxMean(score, width, height, radius)
    const next = new Float64Array(total)
    for (let i = 0; i < total; i++) {
      const colour = 0.35 * (score[i] ?? 0) + 0.65 * (around[i] ?? 0)
      const logit = (place[i] ?? 0) + COLOUR * colour
      next[i] = 1 / (1 + Math.exp(-logit))
    }
    belief = next
  }
  return belief
}

/** How different the colours on both sides of a mask are: total variation, 0 (the same) to 1 (none in common). */
function separation(mask: Uint8Array, labels: Uint8Array, sizes: Uint32Array): number {
  const inside = new Float64Array(sizes.length)
  let covered = 0
  labels.forEach((word, i) => {
    if (!mask[i]) return
    inside[word] = (inside[word] ?? 0) + 1
    covered++
  })
  const rest = mask.length - covered
  if (covered === 0 || rest === 0) return 0
  return inside.reduce(
    (sum, here, word) => sum + Math.abs(here / covered - ((sizes[word] ?? 0) - here) / rest) / 2,
    0,
  )
}

/** Log odds of each word: how much commoner it is on the garment than beside it, by the present belief. */
function wordOdds(
  inside: Float64Array,
  insideTotal: number,
  sizes: Uint32Array,
  total: number,
  kinship: Float64Array,
): Float64Array {
  const words = sizes.length
  const odds = new Float64Array(words)
  // Imagined pixels of every word on both sides keep a rare word from deciding anything.
  const imagined = 0.002 * total
  for (let word = 0; word < words; word++) {
    let here = imagined
    let there = imagined
    for (let other = 0; other < words; other++) {
      const kin = kinship[word * words + other] ?? 0
      here += kin * (inside[other] ?? 0)
      there += kin * ((sizes[other] ?? 0) - (inside[other] ?? 0))
    }
    odds[word] = Math.log(here / insideTotal) - Math.log(there / (total - insideTotal))
  }
  return odds
}

/** How far two words stand for one cloth in other light: 1 for the same, falling with the distance of their colours. */
function kinshipOf(centres: Float64Array): Float64Array {
  const words = centres.length / 3
  const kinship = new Float64Array(words * words)
  for (let x = 0; x < words; x++)
    for (let y = 0; y < words; y++) {
      const l = (centres[x * 3] ?? 0) - (centres[y * 3] ?? 0)
      const a = (centres[x * 3 + 1] ?? 0) - (centres[y * 3 + 1] ?? 0)
      const b = (centres[x * 3 + 2] ?? 0) - (centres[y * 3 + 2] ?? 0)
      kinship[x * words + y] = Math.exp(-(l * l + a * a + b * b) / (2 * KINSHIP * KINSHIP))
    }
  return kinship
}

/** Belief from the place alone: high in the middle, low at the rim. */
function placePrior(width: number, height: number): Float64Array {
  const prior = new Float64Array(width * height)
  const fromMiddle = (length: number): Float64Array =>
    Float64Array.from({ length }, (_, i) => Math.abs((2 * (i + 0.5)) / length - 1) ** 3)
  const [across, down] = [fromMiddle(width), fromMiddle(height)]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const r = ((across[x] ?? 0) + (down[y] ?? 0)) ** (1 / 3)
      prior[y * width + x] = 0.04 + 0.82 / (1 + Math.exp((r - 0.72) * 9))
    }
  }
  return prior
}

function boxMean(values: Float64Array, width: number, height: number, radius: number): Float64Array {
  const out = new Float64Array(values.length)
  const rows = new Float64Array(values.length)
  slide(values, rows, height, width, width, 1, radius)
  slide(rows, out, width, height, 1, width, radius)
  return out
}

function slide(
  from: Float64Array,
  to: Float64Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  radius: number,
): void {
  for (let line = 0; line < lines; line++) {
    const base = line * lineStep
    let sum = 0
    let count = 0
    for (let i = 0; i < Math.min(radius, length); i++) {
      sum += from[base + i * step] ?? 0
      count++
    }
    for (let i = 0; i < length; i++) {
      if (i + radius < length) {
        sum += from[base + (i + radius) * step] ?? 0
        count++
      }
      if (i - radius - 1 >= 0) {
        sum -= from[base + (i - radius - 1) * step] ?? 0
        count--
      }
      to[base + i * step] = sum / count
    }
  }
}

/** Drops parts that are small beside the largest (a pair of shoes is two large parts). */
function keepMain(mask: Bitmap): Bitmap {
  const parts = components(mask, 1)
  const largest = parts.reduce((most, part) => Math.max(most, part.pixels.length), 0)
  const data = new Uint8Array(mask.data.length)
  for (const part of parts) if (part.pixels.length >= largest * 0.2) for (const i of part.pixels) data[i] = 1
  return { ...mask, data }
}

function alphaMask({ width, height, opaque }: LabPixels, coverage: number): GarmentMask {
  return {
    width,
    height,
    data: opaque.slice(),
    coverage,
    confidence: coverage > 0 ? 0.95 : 0,
    method: 'alpha',
  }
}

/** The middle of the picture: half its width and half its height. */
function centreMask({ width, height, opaque }: LabPixels): GarmentMask {
  const data = new Uint8Array(width * height)
  let covered = 0
  for (let y = Math.floor(height * 0.25); y < Math.ceil(height * 0.75); y++)
    for (let x = Math.floor(width * 0.25); x < Math.ceil(width * 0.75); x++) {
      const i = y * width + x
      if (!opaque[i]) continue
      data[i] = 1
      covered++
    }
  return { width, height, data, coverage: covered / (width * height), confidence: 0.3, method: 'centre' }
}
