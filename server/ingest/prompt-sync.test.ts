import { expect, test } from 'vitest'
import { createPromptSync } from './prompt-sync.js'

/** A disk that says how it was asked, and a clock that it moves on. */
function disk() {
  const asked: string[] = []
  const pending: ((error: Error | null) => void)[] = []
  const clock = { now: 0, takes: 0.3 }
  const sync = createPromptSync(
    {
      fdatasync: (_file, done) => {
        asked.push('behind')
        pending.push(done)
      },
      fdatasyncSync: () => {
        asked.push('at once')
        clock.now += clock.takes
        if (clock.takes === Number.POSITIVE_INFINITY) throw new Error('EIO')
      },
    },
    () => clock.now,
  )
  const done: (Error | null)[] = []
  return {
    asked,
    done,
    clock,
    ask: () => sync(3, (error) => done.push(error)),
    answer: (after: number) => {
      clock.now += after
      pending.shift()?.(null)
    },
  }
}

test('[SV12] a sync that is alone on a quick disk is done at once; in a burst, the next is done behind', () => {
  const { ask, answer, asked, done, clock } = disk()
  ask()
  answer(0.4)
  for (const pause of [100, 100, 5, 5]) {
    clock.now += pause
    ask()
  }
  expect(asked).toEqual(['behind', 'at once', 'at once', 'behind', 'behind'])
  expect(done).toEqual([null, null, null])
})

test('[SV12] after a slow sync the next is done behind, until one was quick again', () => {
  const { ask, answer, asked, done, clock } = disk()
  ask()
  answer(30)
  clock.now += 100
  ask()
  answer(0.4)
  clock.now += 100
  clock.takes = 35
  ask()
  clock.now += 100
  ask()
  expect(asked).toEqual(['behind', 'behind', 'at once', 'behind'])
  expect(done).toEqual([null, null, null])
})

test('[SV12] what the disk fails with is told either way', () => {
  const { ask, answer, done, clock } = disk()
  ask()
  answer(0.4)
  clock.now += 100
  clock.takes = Number.POSITIVE_INFINITY
  ask()
  expect(done).toEqual([null, new Error('EIO')])
})
