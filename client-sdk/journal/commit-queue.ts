import { ModaicsError } from '@modaics/shared'

/**
 * One thing at a time, in the order of the calls; entries that wait while another commit runs are committed together.
 * What every journal is built on.
 */
export interface CommitQueue<Entry> {
  append(entry: Entry): Promise<void>
  /** Runs a task of its own, after what was called before it and before what comes later. */
  exclusive<T>(task: () => Promise<T>): Promise<T>
  /** Refuses from now on with `closed`, waits for what was called before, then runs `task`. Idempotent. */
  close(task: () => Promise<void>): Promise<void>
}

/** @param commit stores these entries, in order, all or none */
export function createCommitQueue<Entry>(
  commit: (entries: readonly Entry[]) => Promise<void>,
): CommitQueue<Entry> {
  let group: { entries: Entry[]; done: Promise<void> } | undefined
  let last: Promise<unknown> = Promise.resolve()
  let closing: Promise<void> | undefined

  const exclusive = <T>(task: () => Promise<T>): Promise<T> => {
    // What comes after this must not join a group that is in line before it.
    group = undefined
    const result = last.then(task)
    // Whoever called gets the failure; the next in line must run all the same.
    last = result.catch(() => undefined)
    return result
  }

  const refuse = () => Promise.reject(new ModaicsError('closed', 'the journal is closed'))

  return {
    append(entry) {
      if (closing) return refuse()
      if (group) {
        group.entries.push(entry)
        return group.done
      }
      const entries = [entry]
      const done = exclusive(() => {
        if (group?.entries === entries) group = undefined
        return commit(entries)
      })
      group = { entries, done }
      return done
    },
    exclusive: (task) => (closing ? refuse() : exclusive(task)),
    close(task) {
      closing ??= exclusive(task)
      return closing
    },
  }
}
