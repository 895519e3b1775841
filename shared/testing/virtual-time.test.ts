import { expect, test } from 'vitest'
import { createPrng } from './prng.js'
import { createVirtualTime } from './virtual-time.js'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('events run in the order of their times, and of one instant in the order in which they were asked for', async () => {
  const random = createPrng(1)
  const time = createVirtualTime(1_000, settle)
  const ran: string[] = []
  const delays = Array.from({ length: 200 }, () => random.below(50))
  delays.forEach((delay, i) => void time.at(null, delay, 'event', () => ran.push(`${delay} ${i}`)))
  time.at(null, 10, 'cancelled', () => ran.push('cancelled')).cancel()
  await time.run(Number.POSITIVE_INFINITY)
  const expected = delays.map((delay, i) => [delay, i] as const).sort((x, y) => x[0] - y[0] || x[1] - y[1])
  expect(ran).toEqual(expected.map(([delay, i]) => `${delay} ${i}`))
})

test('what follows from an event through promises belongs to its process', async () => {
  const time = createVirtualTime(0, settle)
  const process = time.spawn('a', createPrng(1))
  const owners: (string | undefined)[] = []
  time.at(process, 1, 'event', async () => {
    await null
    await null
    owners.push(time.current?.name)
  })
  time.at(null, 1, 'other', () => owners.push(time.current?.name))
  await time.run(5)
  expect(owners).toEqual(['a', undefined])
  expect(time.now).toBe(5)
})

test('nothing of a dead process runs', async () => {
  const time = createVirtualTime(0, settle)
  const process = time.spawn('a', createPrng(1))
  let ran = 0
  time.at(process, 1, 'before', () => ran++)
  time.at(null, 2, 'kill', () => time.kill(process))
  time.at(process, 3, 'after', () => ran++)
  await time.run(10)
  expect(ran).toBe(1)
})

test('the trace tells two runs apart, and equal ones not', async () => {
  const traceOf = async (label: string) => {
    const time = createVirtualTime(0, settle)
    time.at(null, 1, label, () => {})
    await time.run(2)
    return time.trace
  }
  expect(await traceOf('x')).toEqual(await traceOf('x'))
  expect(await traceOf('x')).not.toEqual(await traceOf('y'))
})
