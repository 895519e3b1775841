import { ModaicsError } from '@modaics/shared'

/**
 * Lets so many pieces of work run at once and so many wait; more are turned away.
 *
 * @throws ModaicsError `unavailable`
 */
export function createTurns(options: {
  readonly atOnce: number
  readonly waiting: number
}): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= options.atOnce) {
      if (waiting.length >= options.waiting)
        throw new ModaicsError('unavailable', 'Too many pictures at once; try again in a moment')
      await new Promise<void>((resolve) => waiting.push(resolve)) // whoever ends hands its turn on
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
