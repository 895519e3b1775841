import { type EditName, editKey, ModaicsError } from '@modaics/shared'

type Named = { readonly hlc: number; readonly by: string }

/** Who waits until the server has certain edits. */
export interface Waiters {
  /** Resolves when the server has these; rejects where it refuses one of them. */
  wait(keys: Iterable<string>): Promise<void>
  /** Resolves those who wait for nothing that is still on its way. */
  settle(isOnItsWay: (key: string) => boolean): void
  /** Rejects those who wait for one of these. */
  refuse(edits: readonly Named[], error: ModaicsError): void
  /** Edits have other names now; what is not among them is not waited for any more. */
  rename(names: ReadonlyMap<string, EditName>): void
  /** Others have taken the place of these: who waits for them waits for those too. */
  replace(removed: readonly Named[], added: readonly Named[]): void
  close(): void
}

export function createWaiters(): Waiters {
  const waiters = new Set<{
    keys: Set<string>
    readonly resolve: () => void
    readonly reject: (error: ModaicsError) => void
  }>()

  return {
    wait: (keys) =>
      new Promise<void>((resolve, reject) => {
        waiters.add({ keys: new Set(keys), resolve, reject })
      }),
    settle(isOnItsWay) {
      for (const waiter of waiters) {
        for (const key of waiter.keys) if (!isOnItsWay(key)) waiter.keys.delete(key)
        if (waiter.keys.size > 0) continue
        waiters.delete(waiter)
        waiter.resolve()
      }
    },
    refuse(edits, error) {
      for (const waiter of waiters)
        if (edits.some((edit) => waiter.keys.has(editKey(edit)))) {
          waiters.delete(waiter)
          waiter.reject(error)
        }
    },
    rename(names) {
      for (const waiter of waiters) {
        const renamed = [...waiter.keys].map((key) => names.get(key)).filter((name) => name !== undefined)
        waiter.keys = new Set(renamed.map(([hlc, by]) => editKey({ hlc, by })))
      }
    },
    replace(removed, added) {
      for (const waiter of waiters)
        if (removed.some((edit) => waiter.keys.has(editKey(edit))))
          for (const edit of added) waiter.keys.add(editKey(edit))
    },
    close() {
      for (const waiter of waiters)
        waiter.reject(new ModaicsError('closed', 'the wardrobe was closed before the server had it'))
      waiters.clear()
    },
  }
}
