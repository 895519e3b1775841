import type { TasteJudge } from '../taste/taste-judge.js'
import { createTasteJudge } from '../taste/taste-judge.js'
import type { Activity, DressCode, GenerateRequest, Weather } from './types.js'

/** What the rules know besides the outfit: the request, read once and checked. */
export interface Context {
  readonly occasion: string | null
  readonly season: string | null
  /** told, or typical of the season; null if neither is known */
  readonly temperatureC: number | null
  readonly rain: boolean
  /** metres a second */
  readonly wind: number
  readonly activity: Activity
  readonly dressCode: Required<DressCode> | null
  /** days since each piece was last worn */
  readonly daysSinceWorn: ReadonlyMap<string, number>
  /** sets of pieces that the owner turned down, or that are never to be worn together */
  readonly vetoes: readonly Veto[]
  /** null where nothing is known of the owner's taste */
  readonly taste: TasteJudge | null
  readonly seed: number
}

export interface Veto {
  readonly itemIds: ReadonlySet<string>
  /** true: only these and no others; false: these among whatever else */
  readonly exactly: boolean
}

/** Mid-latitude daytime means: what a season stands for where nobody gave the weather. */
const TYPICAL_TEMPERATURE: Readonly<Record<string, number>> = {
  spring: 14,
  summer: 24,
  autumn: 12,
  fall: 12,
  winter: 3,
}

const DAY_MS = 86_400_000

export function createContext(request: GenerateRequest): Context {
  const season = word(request.season)
  const weather = readWeather(request.weather)
  return {
    occasion: word(request.occasion),
    season: season === 'fall' ? 'autumn' : season,
    temperatureC:
      weather?.temperatureC ??
      (season && Object.hasOwn(TYPICAL_TEMPERATURE, season) ? (TYPICAL_TEMPERATURE[season] ?? null) : null),
    rain: weather?.rain === true,
    wind: weather?.wind ?? 0,
    activity: request.activity === 'still' || request.activity === 'running' ? request.activity : 'walking',
    dressCode: readDressCode(request.dressCode),
    daysSinceWorn: lastWorn(request),
    vetoes: vetoesOf(request),
    taste: createTasteJudge(request.taste),
    seed: Number.isFinite(request.seed) ? Math.floor(request.seed ?? 0) | 0 : 0,
  }
}

function readWeather(weather: Weather | undefined) {
  if (typeof weather !== 'object' || weather === null) return null
  const { temperatureC, rain, wind } = weather
  return {
    temperatureC: Number.isFinite(temperatureC) ? Math.min(60, Math.max(-60, temperatureC)) : null,
    rain: rain === true || (typeof rain === 'number' && rain >= 0.1),
    wind: typeof wind === 'number' && wind > 0 ? Math.min(40, wind) : 0,
  }
}

function readDressCode(code: DressCode | undefined): Required<DressCode> | null {
  if (typeof code !== 'object' || code === null) return null
  const { minFormality, maxFormality, without } = code
  return {
    minFormality: Number.isFinite(minFormality) ? (minFormality ?? 0) : 0,
    maxFormality: Number.isFinite(maxFormality) ? (maxFormality ?? 9) : 9,
    without: strings(without),
  }
}

function lastWorn({ wears, now }: GenerateRequest): Map<string, number> {
  const days = new Map<string, number>()
  if (typeof now !== 'number' || !Number.isFinite(now) || !Array.isArray(wears)) return days
  for (const wear of wears) {
    if (
      typeof wear?.itemId !== 'string' ||
      typeof wear.wornAt !== 'number' ||
      typeof wear.deletedAt === 'number'
    )
      continue
    const since = (now - wear.wornAt) / DAY_MS
    // A wear planned for a later day is no wear yet.
    if (!(since >= 0)) continue
    days.set(wear.itemId, Math.min(since, days.get(wear.itemId) ?? Number.POSITIVE_INFINITY))
  }
  return days
}

function vetoesOf({ vetoes, feedback }: GenerateRequest): Veto[] {
  const told = Array.isArray(vetoes) ? vetoes.map((ids: unknown) => ({ ids, exactly: false })) : []
  const turnedDown = Array.isArray(feedback)
    ? feedback
        .filter((entry) => entry?.verdict === 'dislike' && typeof entry.deletedAt !== 'number')
        .map(({ itemIds }) => ({ ids: itemIds as unknown, exactly: true }))
    : []
  return [...told, ...turnedDown].flatMap(({ ids, exactly }) => {
    const itemIds = new Set(strings(ids))
    return itemIds.size > 0 ? [{ itemIds, exactly }] : []
  })
}

export function strings(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value): value is string => typeof value === 'string') : []
}

function word(text: unknown): string | null {
  const clean = typeof text === 'string' ? text.trim().toLowerCase() : ''
  return clean === '' ? null : clean
}
