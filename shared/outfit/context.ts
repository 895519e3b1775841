import type { PairJudge, PairMeasure, Swatch } from '../colour/harmony.js'
import { judgePair } from '../colour/harmony.js'
import type { TasteJudge } from '../taste/taste-judge.js'
import { createTasteJudge } from '../taste/taste-judge.js'
import type { GenerateRequest, Weather } from './types.js'

/** What the rules know besides the outfit: the request, read once and checked. */
export interface Context {
  readonly occasion: string | null
  readonly season: string | null
  /** told, or typical of the season; null if neither is known */
  readonly temperatureC: number | null
  readonly rain: boolean
  /** metres a second */
  readonly wind: number
  /** days since each piece was last worn */
  readonly daysSinceWorn: ReadonlyMap<string, number>
  readonly opinions: readonly Opinion[]
  /** null where nothing is known of the owner's taste */
  readonly taste: TasteJudge | null
  /** remembers pairs */
  readonly judge: PairJudge
}

/** What a person thought of some pieces worn together. */
export interface Opinion {
  readonly itemIds: ReadonlySet<string>
  /** 1 liked, −1 disliked, small for weaker signs */
  readonly value: number
}

/** Mid-latitude daytime means: what a season stands for where nobody gave the weather. */
const TYPICAL_TEMPERATURE: Readonly<Record<string, number>> = {
  spring: 14,
  summer: 24,
  autumn: 12,
  fall: 12,
  winter: 3,
}

const VERDICTS: Readonly<Record<string, number>> = { like: 1, dislike: -1, skip: -0.3, swap: -0.4 }

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
    daysSinceWorn: lastWorn(request),
    opinions: opinionsOf(request),
    taste: createTasteJudge(request.taste),
    judge: remember(judgePair),
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

function opinionsOf({ feedback }: GenerateRequest): Opinion[] {
  if (!Array.isArray(feedback)) return []
  return feedback.flatMap((entry) => {
    const verdict: unknown = entry?.verdict
    const value =
      typeof verdict === 'string' && Object.hasOwn(VERDICTS, verdict) ? VERDICTS[verdict] : undefined
    if (value === undefined || !Array.isArray(entry.itemIds) || typeof entry.deletedAt === 'number') return []
    const itemIds = new Set<string>(entry.itemIds.filter((id: unknown) => typeof id === 'string'))
    return itemIds.size > 0 ? [{ itemIds, value }] : []
  })
}

function remember(judge: PairJudge): PairJudge {
  const known = new Map<Swatch, Map<Swatch, PairMeasure>>()
  return (x, y) => {
    let row = known.get(x)
    if (!row) {
      row = new Map()
      known.set(x, row)
    }
    let measure = row.get(y)
    if (!measure) {
      measure = judge(x, y)
      row.set(y, measure)
    }
    return measure
  }
}

function word(text: unknown): string | null {
  const clean = typeof text === 'string' ? text.trim().toLowerCase() : ''
  return clean === '' ? null : clean
}
