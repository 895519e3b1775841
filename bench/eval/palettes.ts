import { readFileSync } from 'node:fs'
import { harmony } from '@modaics/shared'
import type { PaletteModel } from './colour-baselines.js'
import { cohenOr, ouLuo, wheel } from './colour-baselines.js'
import { spearman } from './statistics.js'

export interface RatedPalette {
  /** `#rrggbb`, in the order in which they were shown */
  readonly colours: readonly string[]
  /** mean rating, 1 to 5 */
  readonly mean: number
}

export interface PaletteResult {
  readonly n: number
  /** Spearman's ρ of our harmony with the ratings */
  readonly rho: number
  /** the same for every model of the table */
  readonly models: readonly {
    readonly model: string
    readonly rho: number
    readonly halves: readonly number[]
  }[]
}

const TERMS = ['kinship', 'calm', 'gradation', 'lightness', 'openness', 'liveliness'] as const

const MODELS: Readonly<Record<string, PaletteModel>> = {
  wheel,
  'Cohen-Or 2006': cohenOr,
  'Ou–Luo 2006': ouLuo,
  ours: (hexes) => harmony(hexes, 'palette').score,
  'ours, all weights 1': (hexes) => {
    const terms = Object.values(harmony(hexes, 'palette').terms)
    return terms.reduce((sum, term) => sum + term, 0) / terms.length
  },
  'ours, as clothes': (hexes) => harmony(hexes).score,
  ...Object.fromEntries(
    TERMS.map(
      (name) =>
        [`  only ${name}`, (hexes) => harmony(hexes, 'palette').terms[name] ?? 0] satisfies [
          string,
          PaletteModel,
        ],
    ),
  ),
}

/** How well harmony agrees with what people said, ours beside the others'; also on each half (even, odd) alone. */
export function evaluatePalettes(palettes: readonly RatedPalette[]): PaletteResult {
  const ratings = palettes.map((palette) => palette.mean)
  const models = Object.entries(MODELS).map(([model, judge]) => {
    const scores = palettes.map((palette) => judge(palette.colours))
    const half = (odd: number): number =>
      spearman(
        scores.filter((_, i) => i % 2 === odd),
        ratings.filter((_, i) => i % 2 === odd),
      )
    return { model, rho: spearman(scores, ratings), halves: [half(0), half(1)] }
  })
  return { n: palettes.length, rho: models.find(({ model }) => model === 'ours')?.rho ?? 0, models }
}

/** @throws Error where the file is not a list of rated palettes */
export function readPalettes(path: string): RatedPalette[] {
  const data: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!Array.isArray(data)) throw new Error(`${path}: not a list of palettes`)
  return data.map((entry: unknown, i) => {
    if (!isRated(entry)) throw new Error(`${path}: entry ${i} is no rated palette`)
    return entry
  })
}

function isRated(entry: unknown): entry is RatedPalette {
  if (typeof entry !== 'object' || entry === null || !('colours' in entry) || !('mean' in entry)) return false
  return (
    Array.isArray(entry.colours) &&
    entry.colours.every((hex) => typeof hex === 'string' && /^#[0-9a-f]{6}$/i.test(hex)) &&
    typeof entry.mean === 'number'
  )
}
