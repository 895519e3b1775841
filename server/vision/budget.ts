import { createId } from '@modaics/shared'
import type { Database } from '../db/database.js'
import { AnalysisError, type Cost } from './analyser.js'

/** What may be spent on analyses in a calendar month (UTC), in US dollars; null for no limit. */
export interface Budget {
  readonly usdPerServer: number | null
  /** by the owner of a wardrobe */
  readonly usdPerUser: number | null
}

export const NO_LIMIT: Budget = { usdPerServer: null, usdPerUser: null }

/** Any number, as long as every instance uses the same. */
const LOCK = 7_306_102_028

/**
 * Takes the estimated cost of one look out of the budget before it is made, so that looks at the same time cannot go
 * beyond it together. A look that never ends (a crash) leaves its estimate: it may have been paid for.
 *
 * @returns how to put the true cost in its place
 * @throws AnalysisError `over-budget`
 */
export async function reserveCost(
  {
    database,
    budget,
    now,
  }: { readonly database: Database; readonly budget: Budget; readonly now: () => number },
  look: {
    readonly wardrobeId: string
    readonly hash: string
    readonly analyser: string
    readonly estimateUsd: number
  },
): Promise<(cost: Cost, outcome: string) => Promise<void>> {
  const id = createId()
  const at = now()
  const spent = await database.transaction(async ({ query }) => {
    await query('select pg_advisory_xact_lock($1)', [LOCK])
    const [owner] = await query<{ user_id: string }>(
      `select user_id from members where wardrobe_id = $1 and role = 'owner' order by created_at, user_id limit 1`,
      [look.wardrobeId],
    )
    const userId = owner?.user_id ?? null
    const [sums] = await query<{ server: number; own: number }>(
      `select coalesce(sum(cost_usd), 0)::float8 as server,
         coalesce(sum(cost_usd) filter (where user_id = $2::uuid), 0)::float8 as own
       from analysis_costs where at >= to_timestamp($1::float8 / 1000)`,
      [startOfMonth(at), userId],
    )
    const { server = 0, own = 0 } = sums ?? {}
    const exceeds = (sum: number, limit: number | null): boolean =>
      limit !== null && sum + look.estimateUsd > limit
    if (exceeds(own, budget.usdPerUser)) return 'your budget of this month'
    if (exceeds(server, budget.usdPerServer)) return 'the budget of the server for this month'
    await query(
      `insert into analysis_costs (id, wardrobe_id, user_id, hash, analyser, cost_usd, outcome, at)
       values ($1, $2, $3, $4, $5, $6, 'reserved', to_timestamp($7::float8 / 1000))`,
      [id, look.wardrobeId, userId, look.hash, look.analyser, look.estimateUsd, at],
    )
    return null
  })
  if (spent !== null) throw new AnalysisError('over-budget', `${spent} is used up`)
  return async ({ costUsd, inputTokens = 0, outputTokens = 0 }, outcome) => {
    await database.query(
      `update analysis_costs set cost_usd = $2, input_tokens = $3, output_tokens = $4, outcome = $5 where id = $1`,
      [id, costUsd, inputTokens, outputTokens, outcome],
    )
  }
}

function startOfMonth(at: number): number {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}
