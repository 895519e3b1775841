import { type JsonObject, ModaicsError } from '@modaics/shared'
import { fuseColors } from '@modaics/shared/vision'
import type { Database } from '../db/database.js'
import type { JobLogger } from '../jobs/jobs.js'
import type { PhotoStore } from '../photos/photo-store.js'
import { type Analyser, AnalysisError, type Seen } from './analyser.js'
import { type Analysis, analysisSchema } from './analysis.js'
import { type Budget, reserveCost } from './budget.js'
import type { AnalysedBy } from './enrich.js'

export interface LookOptions {
  readonly database: Database
  readonly store: PhotoStore
  readonly analyser: Analyser
  /** asked where `analyser` cannot answer; it needs nothing but this machine */
  readonly fallback: Analyser
  readonly logger: JobLogger
  /** what may be spent on analysers that cost money */
  readonly budget: Budget
  /** ms since 1970 */
  readonly now: () => number
}

/** As a version: older than any, so that what was seen in part is looked at again as what an older one has seen. */
const NOT_YET = 0

export interface Look {
  readonly analysis: Analysis
  readonly by: AnalysedBy
}

/**
 * What is in a stored picture. What an analyser has once seen is kept, so that a picture is shown to it, and paid for,
 * once: also after a crash, and for every record that has the picture.
 *
 * @throws ModaicsError `analysis-failed` where the bytes are not there or no analyser can look at them
 */
export async function look(
  options: LookOptions,
  wardrobeId: string,
  hash: string,
  signal: AbortSignal,
): Promise<Look> {
  const { analyser, fallback, logger } = options
  let seen: Look
  try {
    seen = await lookWith(options, analyser, wardrobeId, hash, signal)
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    if (analyser.id === fallback.id)
      throw new ModaicsError('analysis-failed', error.message, { cause: error })
    logger.warn({ error, analyser: analyser.id, hash }, 'the analyser cannot answer; looking locally')
    const { analysis, by } = await lookWith(options, fallback, wardrobeId, hash, signal)
    const why = { from: analyser.id, fault: error.fault, detail: error.message }
    return { analysis, by: { ...by, fallback: why } }
  }
  if (analyser.id === fallback.id) return seen
  try {
    const { analysis, by } = await lookAtPixels(options, wardrobeId, hash, signal)
    const pixels = by.partial === undefined ? { pixels: by.version } : {}
    return { analysis: withPixels(seen.analysis, analysis), by: { ...seen.by, ...pixels } }
  } catch (error) {
    signal.throwIfAborted()
    logger.warn(
      { error, analyser: fallback.id, hash },
      'the pixels cannot be looked at; the model alone says',
    )
    return seen
  }
}

/** The same with the fallback alone: what is measured on this machine. @throws AnalysisError */
export const lookAtPixels: typeof look = (options, wardrobeId, hash, signal) =>
  lookWith(options, options.fallback, wardrobeId, hash, signal)

/** What a model saw, with the colours that pixels measure and the features that photos are compared by. What is kept of each look is what it alone saw. */
function withPixels(
  { colors: said, ...model }: Analysis,
  { colors: measured, features }: Analysis,
): Analysis {
  const colors = fuseColors(measured, said)
  return {
    ...model,
    ...(colors ? { colors: { ...colors, value: [...colors.value] } } : {}),
    ...(features ? { features } : {}),
  }
}

async function lookWith(
  { database, store, budget, now }: LookOptions,
  analyser: Analyser,
  wardrobeId: string,
  hash: string,
  signal: AbortSignal,
): Promise<Look> {
  const by = { analyser: analyser.id, version: analyser.version }
  const name = [wardrobeId, hash, analyser.id, analyser.version]
  const [kept] = await database.query<{ result: JsonObject }>(
    'select result from analyses where wardrobe_id = $1 and hash = $2 and analyser = $3 and version = $4',
    name,
  )
  if (kept) return { analysis: analysisSchema.parse(kept.result), by }

  const bytes = await store.get({ wardrobeId, hash, variant: 'card', format: 'webp' })
  if (!bytes) throw new ModaicsError('analysis-failed', 'the stored picture is gone; upload it again')
  const seen = await paid({ database, budget, now }, analyser, wardrobeId, hash, () =>
    analyser.analyse({ bytes }, signal),
  )
  if (seen.partial !== undefined) {
    const partial = { ...by, version: NOT_YET, partial: seen.partial }
    return { analysis: seen.analysis, by: partial }
  }
  await database.query(
    `insert into analyses (wardrobe_id, hash, analyser, version, result, cost_usd)
     values ($1, $2, $3, $4, $5::text::jsonb, $6) on conflict do nothing`,
    [...name, JSON.stringify(seen.analysis), seen.costUsd],
  )
  return { analysis: seen.analysis, by }
}

/** Reserves what it may cost, and notes what it did, also where the answer was of no use. */
async function paid(
  options: Pick<LookOptions, 'database' | 'budget' | 'now'>,
  { id, estimateUsd = 0 }: Analyser,
  wardrobeId: string,
  hash: string,
  analyse: () => Promise<Seen>,
): Promise<Seen> {
  if (estimateUsd === 0) return analyse()
  const settle = await reserveCost(options, { wardrobeId, hash, analyser: id, estimateUsd })
  try {
    const seen = await analyse()
    await settle(seen, 'seen')
    return seen
  } catch (error) {
    const fault = error instanceof AnalysisError ? error : undefined
    // cut off by a stop or a removal, it may have been paid for: then the estimate stands
    if (fault) await settle(fault.cost ?? { costUsd: 0 }, fault.fault)
    throw error
  }
}
