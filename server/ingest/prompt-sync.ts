import * as nodeFs from 'node:fs'
import type { LogFileSystem } from './write-ahead-log.js'

/** A sync is alone when none has been asked for in the time before it, in ms: nobody is there to share it, or to wait behind it. */
const ALONE_MS = 20
/** The last sync took no longer than this, in ms: the disk may be waited for on this thread. */
const PROMPT_MS = 1

/**
 * `fdatasync` that does without another thread where that is quicker: waking one takes as long as a good disk needs to
 * sync. Not in a burst, where commits gather while the disk syncs, and not after a sync that was slow: that would
 * hold up every socket.
 *
 * @param now ms of a clock that never goes back
 */
export function createPromptSync(
  fs: Pick<LogFileSystem, 'fdatasync' | 'fdatasyncSync'> = nodeFs,
  now: () => number = () => performance.now(),
): (file: number, done: (error: Error | null) => void) => void {
  let askedAt = Number.NEGATIVE_INFINITY
  let took = Number.POSITIVE_INFINITY

  return (file, done) => {
    const start = now()
    const isAlone = start - askedAt > ALONE_MS
    askedAt = start
    if (!isAlone || took > PROMPT_MS) {
      fs.fdatasync(file, (error) => {
        took = now() - start
        done(error)
      })
      return
    }
    let failure: Error | null = null
    try {
      fs.fdatasyncSync(file)
    } catch (error) {
      failure = error as Error
    }
    took = now() - start
    done(failure)
  }
}
