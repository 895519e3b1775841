import { ModaicsError } from '@modaics/shared'
import { describe, expect, test } from 'vitest'
import type { ProjectedRecord, Projection } from './projection.js'
import { keyed, makeRecord } from './projection-fixture.js'
import { createProjector } from './projector.js'

/** A projection of which every `apply` waits until it is let go. */
function makeFake() {
  const batches: { records: readonly ProjectedRecord[]; finish(error?: unknown): void }[] = []
  const log: string[] = []
  const projection = {
    apply: (records: readonly ProjectedRecord[]) =>
      new Promise<void>((resolve, reject) => {
        batches.push({ records, finish: (error) => (error ? reject(error) : resolve()) })
      }),
    close: async () => {
      log.push('closed')
    },
  } as unknown as Projection
  return { projection, batches, log }
}

const names = (records: readonly ProjectedRecord[] | undefined) => records?.map(({ row }) => row.name)
const item = (id: string, name: string) => makeRecord('items', id, { name })
const ticks = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

const AT_ONCE = { watchedMs: 0, unwatchedMs: 0 }
const NEVER = { watchedMs: 2 ** 31 - 1, unwatchedMs: 2 ** 31 - 1 }

describe('a projector', () => {
  test('takes changes before the projection is open, and writes the last of each record', async () => {
    const { projection, batches } = makeFake()
    let open: (projection: Projection) => void = () => undefined
    const projector = createProjector(new Promise((resolve) => (open = resolve)), AT_ONCE)
    projector.push(keyed(item('a', '1'), item('b', '1')))
    projector.push(keyed(item('a', '2')))
    await ticks()
    expect(batches).toHaveLength(0)
    open(projection)
    await ticks()
    expect(names(batches[0]?.records)).toEqual(['2', '1'])
  })

  test('gathers changes until somebody waits for them', async () => {
    const { projection, batches } = makeFake()
    const projector = createProjector(Promise.resolve(projection), NEVER)
    projector.push(keyed(item('a', '1')))
    await ticks()
    projector.push(keyed(item('b', '2')))
    await ticks()
    expect(batches).toHaveLength(0)
    const settled = projector.settled()
    await ticks()
    expect(names(batches[0]?.records)).toEqual(['1', '2'])
    batches[0]?.finish()
    await settled
  })

  test('gathers for less long while somebody watches the tables', async () => {
    const { projection, batches } = makeFake()
    const projector = createProjector(Promise.resolve(projection), { ...NEVER, watchedMs: 0 })
    const leave = projector.watch()
    projector.push(keyed(item('a', '1')))
    await ticks()
    expect(names(batches[0]?.records)).toEqual(['1'])
    batches[0]?.finish()
    await ticks()
    leave()
    leave() // a second time changes nothing
    const leaveAgain = projector.watch()
    projector.push(keyed(item('a', '2')))
    await ticks()
    batches[1]?.finish()
    await ticks()
    leaveAgain()
    projector.push(keyed(item('a', '3')))
    await ticks()
    expect(batches.map(({ records }) => names(records))).toEqual([['1'], ['2']])
    const settled = projector.settled()
    await ticks()
    batches[2]?.finish()
    await settled
  })

  test('settled waits for what was pushed before it, and not for what comes after', async () => {
    const { projection, batches } = makeFake()
    const projector = createProjector(Promise.resolve(projection), AT_ONCE)
    const settled: number[] = []
    await projector.settled()
    projector.push(keyed(item('a', '1')))
    await ticks()
    projector.push(keyed(item('a', '2')))
    void projector.settled().then(() => settled.push(2))
    batches[0]?.finish()
    await ticks()
    projector.push(keyed(item('a', '3')))
    void projector.settled().then(() => settled.push(3))
    expect(settled).toEqual([])
    batches[1]?.finish()
    await ticks()
    expect(settled).toEqual([2])
    batches[2]?.finish()
    await ticks()
    expect(settled).toEqual([2, 3])
    expect(batches.map(({ records }) => names(records))).toEqual([['1'], ['2'], ['3']])
  })

  test('a failure reaches whoever waits, and what failed is tried again, newer changes over it', async () => {
    const { projection, batches } = makeFake()
    const projector = createProjector(Promise.resolve(projection), AT_ONCE)
    projector.push(keyed(item('a', '1'), item('b', '1')))
    const first = projector.settled()
    await ticks()
    projector.push(keyed(item('a', '2')))
    batches[0]?.finish(new ModaicsError('storage-full', 'no space'))
    await expect(first).rejects.toMatchObject({ code: 'storage-full' })
    const second = projector.settled()
    await ticks()
    expect(names(batches[1]?.records)).toEqual(['2', '1'])
    batches[1]?.finish()
    await second
  })

  test('close writes what waits, then closes the projection', async () => {
    const { projection, batches, log } = makeFake()
    const projector = createProjector(Promise.resolve(projection), AT_ONCE)
    projector.push(keyed(item('a', '1')))
    const closed = projector.close()
    await ticks()
    expect(log).toEqual([])
    batches[0]?.finish()
    await closed
    expect(log).toEqual(['closed'])
    expect(() => projector.push(keyed(item('a', '2')))).toThrow('closed')
  })

  test('one that does not open fails whoever waits, and closes', async () => {
    const projector = createProjector(Promise.reject(new ModaicsError('storage-full', 'no space')))
    projector.push(keyed(item('a', '1')))
    await expect(projector.settled()).rejects.toMatchObject({ code: 'storage-full' })
    await projector.close()
  })
})
