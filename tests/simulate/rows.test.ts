import './globals.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createScenario } from './generate.js'
import { openRowCheck, type Rest, type RowCheck, restOf } from './rows.js'
import { runScenario } from './run.js'

describe('rows at the end of simulated runs', () => {
  let check: RowCheck
  beforeAll(async () => {
    check = await openRowCheck()
  })
  afterAll(() => check?.close())

  const restsOf = async (seed: number): Promise<Rest[]> => {
    let rests: Rest[] = []
    await runScenario(createScenario(seed), undefined, (world) => {
      rests = restOf(world)
    })
    return rests
  }

  test.each([1, 4])('are those of the fold on device and server: seed %i', async (seed) => {
    const rests = await restsOf(seed)
    expect(rests.flatMap(({ live }) => live).length).toBeGreaterThan(0)
    for (const rest of rests) expect(await check.compare(rest)).toEqual([])
  })

  test('that lack a record, or have another value, are told', async () => {
    const [rest] = await restsOf(1)
    if (!rest) throw new Error('no wardrobe')
    const [first, ...others] = rest.records
    if (!first) throw new Error('no record')
    expect(await check.compare({ ...rest, records: others })).toHaveLength(1)
    const changed = {
      ...first,
      revision: 'changed',
      row: { ...first.row, created_at: '2001-01-01T00:00:00Z' },
    }
    expect(await check.compare({ ...rest, records: [changed, ...others] })).toHaveLength(1)
  })
})
