import type { Progress, Steps } from './steps.js'

export interface InPieces {
  /** an `AbortSignal`, or what looks like one */
  readonly signal?: { readonly aborted: boolean; readonly reason?: unknown }
  onProgress?(progress: Progress): void
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
export async function inPieces<T>(steps: Steps<T>, { signal, onProgress, pause }: InPieces): Promise<T> {
  let far = 0
  for (;;) {
    if (signal?.aborted) throw signal.reason
    const { done, value } = steps.next()
    if (done) return value
    // A part that turns out longer than was thought does not take the rest back.
    far = Math.max(far, value.done)
    onProgress?.({ done: far })
    await pause()
  }
}
