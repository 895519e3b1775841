import { type JsonObject, ModaicsError } from '@modaics/shared'
import type { Database } from '../db/database.js'
import type { JobLogger } from '../jobs/jobs.js'
import type { PhotoStore } from '../photos/photo-store.js'
import { type Analyser, AnalysisError, type Seen } from './analyser.js'
import { type Analysis, analysisSchema } from './analysis.js'
import type { AnalysedBy } from './enrich.js'

export interface LookOptions {
  readonly database: Database
  readonly store: PhotoStore
  readonly analyser: Analyser
  /** asked where `analyser` cannot answer; it needs nothing but this machine */
  readonly fallback: Analyser
  readonly logger: JobLogger
}

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
  try {
    return await lookWith(options, analyser, wardrobeId, hash, signal)
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    if (analyser.id === fallback.id)
      throw new ModaicsError('analysis-failed', error.message, { cause: error })
    logger.warn({ error, analyser: analyser.id, hash }, 'the analyser cannot answer; looking locally')
    const { analysis, by } = await lookWith(options, fallback, wardrobeId, hash, signal)
    const why = { from: analyser.id, fault: error.fault, detail: error.message }
    return { analysis, by: { ...by, fallback: why } }
  }
}

async function lookWith(
  { database, store }: LookOptions,
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
  const seen: Seen = await analyser.analyse({ bytes }, signal)
  await database.query(
    `insert into analyses (wardrobe_id, hash, analyser, version, result, cost_usd)
     values ($1, $2, $3, $4, $5::text::jsonb, $6) on conflict do nothing`,
    [...name, JSON.stringify(seen.analysis), seen.costUsd],
  )
  return { analysis: seen.analysis, by }
}
