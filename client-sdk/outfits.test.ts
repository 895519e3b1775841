import { createId } from '@modaics/shared'
import { afterEach, describe, expect, test } from 'vitest'
import { openWardrobe } from './open-wardrobe.js'
import type { Wardrobe } from './wardrobe.js'

let open: Wardrobe[] = []
afterEach(async () => {
  await Promise.all(open.map((wardrobe) => wardrobe.close()))
  open = []
})

/** Pieces that have a name and nothing else. */
const NAMES = ['white shirt', 'navy T-shirt', 'blue jeans', 'beige chinos', 'brown loafers', 'white sneakers']

async function filled(): Promise<Wardrobe> {
  const mine = await openWardrobe({ name: createId(), storage: 'memory', rows: false })
  open.push(mine)
  for (const name of NAMES) await mine.items.add({ name }, { id: name })
  return mine
}

describe('the outfits of a wardrobe', () => {
  test('[OU9] have another piece of the same kind in place of one', async () => {
    const mine = await filled()
    const outfit = ['white shirt', 'beige chinos', 'brown loafers']
    const { alternatives } = mine.swap({ outfit, piece: 'brown loafers' })
    expect(alternatives.map(({ itemId }) => itemId)).toEqual(['white sneakers'])
    expect(alternatives[0]?.outfit.itemIds).toEqual(['white shirt', 'beige chinos', 'white sneakers'])
  })

  test('[OU9] are planned for days without a top or bottoms twice', async () => {
    const { days } = (await filled()).plan({ days: [{ date: 'mon', occasion: 'work' }, { date: 'tue' }, {}] })
    const worn = days
      .flatMap(({ outfit }) => outfit?.itemIds ?? [])
      .filter((id) => !/loafers|sneakers/.test(id))
    expect(days.map(({ date }) => date)).toEqual(['mon', 'tue', undefined])
    expect(new Set(worn)).toEqual(new Set(NAMES.slice(0, 4)))
    expect(worn).toHaveLength(4)
    expect(days.filter(({ outfit }) => outfit === null)).toHaveLength(1)
  })

  test('[OU10] say why a piece is in none', async () => {
    const mine = await filled()
    await mine.items.update('blue jeans', { status: 'laundry' })
    expect(mine.whyNot('blue jeans')).toMatchObject({ code: 'unavailable', itemId: 'blue jeans' })
    expect(mine.whyNot('nothing').code).toBe('unknown')
  })

  test('[OU14] may be made by hand, and are rated', async () => {
    const mine = await filled()
    const { outfit, fault } = mine.rate({ outfit: ['white shirt', 'beige chinos', 'brown loafers'] })
    expect(fault).toBeNull()
    expect(outfit?.reasons.length).toBeGreaterThan(0)
    expect(mine.rate({ outfit: ['white shirt'] }).fault).toBe('uncovered')
  })

  test('[OU11] are the same in pieces; an abort ends the work with its reason', async () => {
    const mine = await filled()
    const outfit = ['white shirt', 'beige chinos', 'brown loafers']
    const questions = [
      (asked) => asked.generate({ occasion: 'work' }),
      (asked) => asked.swap({ outfit, piece: 'brown loafers' }),
      (asked) => asked.plan({ days: [{ occasion: 'work' }, {}] }),
      (asked) => asked.whyNot('blue jeans'),
      (asked) => asked.insights.usage(),
      (asked) => asked.insights.useOverTime({ days: 7, periods: 2 }),
      (asked) => asked.insights.makeUp(),
      (asked) => asked.insights.duplicates(),
      (asked) => asked.insights.versatility(),
      (asked) => asked.insights.gaps({ kinds: ['boots'] }),
      (asked) => asked.insights.goesWith({ subcategory: 'skirt' }),
      (asked) => asked.insights.capsule({ pieces: 4 }),
      (asked) => asked.insights.packing({ days: [{ date: 'mon' }] }),
      (asked) => asked.insights.recommend({ occasion: 'casual' }),
    ] satisfies ((asked: ReturnType<Wardrobe['inPieces']> | Wardrobe) => unknown)[]
    expect(questions).toHaveLength(4 + Object.keys(mine.insights).length)
    const reason = new Error('turned away')
    for (const ask of questions) {
      expect(await ask(mine.inPieces())).toEqual(ask(mine))
      await expect(ask(mine.inPieces({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason)
    }
  })

  test('[OU11] in pieces leave others their turn, and an abort in the middle is heard', async () => {
    const mine = await filled()
    for (let i = 0; i < 200; i++) {
      const [name = ''] = [NAMES[i % NAMES.length]]
      const hex = `#${((i * 7_919_777) % 2 ** 24).toString(16).padStart(6, '0')}`
      await mine.items.add({ name, colors: [{ hex, share: 1 }] }, { id: `${name} ${i}` })
    }
    let turns = 0
    const timer = setInterval(() => turns++)
    const seen: number[] = []
    await mine.inPieces({ onProgress: ({ done }) => seen.push(done) }).insights.gaps()
    clearInterval(timer)
    expect(turns).toBeGreaterThan(1)
    expect(seen).toEqual([...seen].sort((x, y) => x - y))
    const stop = new AbortController()
    const told: number[] = []
    const asked = mine.inPieces({
      signal: stop.signal,
      onProgress: ({ done }) => told.push(done) === 5 && stop.abort('enough'),
    })
    await expect(asked.insights.versatility()).rejects.toBe('enough')
    expect(told).toHaveLength(5)
  })
})
