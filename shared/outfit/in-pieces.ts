import type { SearchProgress } from './search.js'

export interface InPieces {
  /** an `AbortSignal`, or what looks like one */
  readonly signal?: { readonly aborted: boolean; readonly reason?: unknown }
  onProgress?(progress: SearchProgress): void
  /** gives the thread to others and comes back: a `setTimeout`, `scheduler.yield()` */
  pause(): Promise<void>
}

/**
 * Runs work that comes in steps with a pause after each, so that a page stays smooth. Rejects with the signal's reason,
 * as `fetch` does, when it is aborted.
 *
 * @example
 * await inPieces(outfitter.steps(request), { pause: () => new Promise((resolve) => setTimeout(resolve)) })
 */
export async function inPieces<T>(
  steps: Generator<SearchProgress, T>,
  { signal, onProgress, pause }: InPieces,
): Promise<T> {
  for (;;) {
    if (signal?.aborted) throw signal.reason
    const { done, value } = steps.next()
    if (done) return value
    onProgress?.(value)
    await pause()
  }
}
