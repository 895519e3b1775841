import { createId } from '@modaics/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import { type Budget, reserveCost } from './budget.js'

const AUGUST = Date.UTC(2026, 7, 20)

describe.each(TEST_ENGINES)('the budget on $name', (engine) => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await engine.open()
  })
  beforeEach(() => void opened.database.query('delete from analysis_costs'))
  afterAll(() => opened.close())

  const newWardrobe = async (userId: string): Promise<string> => {
    const id = createId()
    await opened.database.query('insert into wardrobes (id, name) values ($1, $2)', [id, 'test'])
    await opened.database.query(`insert into members (wardrobe_id, user_id, role) values ($1, $2, 'owner')`, [
      id,
      userId,
    ])
    return id
  }
  const reserve = (wardrobeId: string, budget: Budget, estimateUsd = 1, at = AUGUST) =>
    reserveCost(
      { database: opened.database, budget, now: () => at },
      { wardrobeId, hash: 'ab'.repeat(32), analyser: 'openai:test', estimateUsd },
    )
  const overBudget = { fault: 'over-budget' }

  test('[VI11] a user’s wardrobes share one budget, and others have their own', async () => {
    const [ada, bob] = [createId(), createId()]
    const [first, second, his] = [await newWardrobe(ada), await newWardrobe(ada), await newWardrobe(bob)]
    const budget: Budget = { usdPerServer: null, usdPerUser: 2 }
    await reserve(first, budget)
    await reserve(second, budget)
    await expect(reserve(first, budget)).rejects.toMatchObject(overBudget)
    await reserve(his, budget)
  })

  test('[VI11] the server has one too; looks at the same time do not go beyond it together', async () => {
    const wardrobes = await Promise.all([1, 2, 3, 4, 5].map(() => newWardrobe(createId())))
    const tried = await Promise.allSettled(
      wardrobes.map((id) => reserve(id, { usdPerServer: 3, usdPerUser: null })),
    )
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  })

  test('[VI11] the true cost takes the place of the estimate; a look that never ends leaves it', async () => {
    const wardrobe = await newWardrobe(createId())
    const budget: Budget = { usdPerServer: null, usdPerUser: 1.5 }
    const settle = await reserve(wardrobe, budget)
    await expect(reserve(wardrobe, budget)).rejects.toMatchObject(overBudget)
    await settle({ costUsd: 0.25, inputTokens: 900, outputTokens: 40 }, 'seen')
    await reserve(wardrobe, budget)
    await expect(reserve(wardrobe, budget)).rejects.toMatchObject(overBudget)
    const rows = await opened.database.query(
      'select outcome, cost_usd, input_tokens, output_tokens from analysis_costs order by cost_usd',
    )
    expect(rows).toEqual([
      { outcome: 'seen', cost_usd: 0.25, input_tokens: 900, output_tokens: 40 },
      { outcome: 'reserved', cost_usd: 1, input_tokens: 0, output_tokens: 0 },
    ])
  })

  test('[VI11] with a new month it is whole again', async () => {
    const wardrobe = await newWardrobe(createId())
    const budget: Budget = { usdPerServer: 1, usdPerUser: 1 }
    await reserve(wardrobe, budget)
    await expect(reserve(wardrobe, budget)).rejects.toMatchObject(overBudget)
    await reserve(wardrobe, budget, 1, Date.UTC(2026, 8, 1))
  })
})
