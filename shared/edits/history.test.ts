import { describe, expect, test } from 'vitest'
import { msToHlc } from './clock.js'
import type { Edit } from './edit.js'
import { historyOf } from './history.js'

const START = Date.UTC(2026, 0, 1)
const edit = (minute: number, by: string, set: Edit['set'], more: Partial<Edit> = {}): Edit => ({
  hlc: msToHlc(START + minute * 60_000),
  by,
  kind: 'items',
  id: 'x',
  set,
  over: {},
  src: 'user',
  confidence: {},
  ...more,
})

describe('the history of a record', () => {
  const made = edit(1, 'phone/a', { name: 'Coat', brand: 'Norr' })
  const seen = edit(2, 'server/v', { name: 'Jacket', pattern: 'solid' }, { src: 'vision' })
  const renamed = edit(3, 'tablet/b', { name: 'Camel coat' })

  test('[HI1] says who wrote what and when, latest first, and what still shows', () => {
    const at = (minute: number): number => START + minute * 60_000
    expect(historyOf([made, seen, renamed], [])).toMatchObject([
      { device: 'tablet', source: 'user', at: at(3), changes: { name: 'Camel coat' }, shows: ['name'] },
      { device: 'server', source: 'vision', at: at(2), shows: ['pattern'] },
      {
        device: 'phone',
        source: 'user',
        at: at(1),
        changes: { name: 'Coat', brand: 'Norr' },
        shows: ['brand'],
      },
    ])
  })

  test('[HI1] has what has left the bag too, once', () => {
    const history = historyOf([renamed, seen], [made, { ...renamed }])
    expect(history.map(({ device }) => device)).toEqual(['tablet', 'server', 'phone'])
    expect(history.map(({ shows }) => shows)).toEqual([['name'], ['pattern'], []])
  })
})
