import { expect, test } from 'vitest'
import { createTurns } from './turns.js'

/** Work that ends when it is told to. */
function piece() {
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { work: () => ended, end }
}

test('so many run at once, so many wait, and more are turned away', async () => {
  const turn = createTurns({ atOnce: 2, waiting: 1 })
  const started: number[] = []
  const pieces = [0, 1, 2].map(piece)
  const runs = pieces.map(({ work }, i) =>
    turn(() => {
      started.push(i)
      return work()
    }),
  )
  expect(started).toEqual([0, 1])
  await expect(turn(async () => {})).rejects.toMatchObject({ code: 'unavailable' })
  pieces[1]?.end()
  await runs[1]
  await Promise.resolve()
  expect(started).toEqual([0, 1, 2])
  pieces[0]?.end()
  pieces[2]?.end()
  await Promise.all(runs)
  expect(await turn(async () => 'free again')).toBe('free again')
})

test('work that fails gives its turn on', async () => {
  const turn = createTurns({ atOnce: 1, waiting: 1 })
  const failing = turn(async () => {
    throw new Error('no')
  })
  const next = turn(async () => 'next')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('next')
})
