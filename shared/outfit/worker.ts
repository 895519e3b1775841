import type { InPieces } from '../domain/in-pieces.js'
import { inPieces } from '../domain/in-pieces.js'
import type { Progress } from '../domain/steps.js'
import { createOutfitter } from './outfitter.js'
import type { GenerateRequest, GenerateResult } from './types.js'

/** What a page says to its worker. A request is plain data and is cloned as it is. */
export type OutfitQuestion =
  | { readonly id: number; readonly request: GenerateRequest }
  | { readonly id: number; readonly abort: true }

export type OutfitAnswer =
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly result: GenerateResult }

/** One end of a `Worker`, a `MessagePort` or a worker's own scope. */
export interface OutfitPort {
  postMessage(message: unknown): void
  onmessage: ((event: { data: unknown }) => void) | null
}

/**
 * Answers requests for outfits, in a worker of the app: two lines, `import { serveOutfits } from '@modaics/shared'` and
 * `serveOutfits(self, { pause })`. It keeps one outfitter, so that it is quick from the second request on.
 */
export function serveOutfits(port: OutfitPort, { pause }: Pick<InPieces, 'pause'>): void {
  const outfitter = createOutfitter()
  const running = new Map<number, { aborted: boolean }>()
  port.onmessage = ({ data }) => {
    const question = data as OutfitQuestion
    if ('abort' in question) {
      const signal = running.get(question.id)
      if (signal) signal.aborted = true
      return
    }
    const { id, request } = question
    const signal = { aborted: false, reason: null }
    running.set(id, signal)
    inPieces(outfitter.steps(request), {
      signal,
      pause,
      onProgress: (progress) => port.postMessage({ id, progress } satisfies OutfitAnswer),
    })
      .then((result) => port.postMessage({ id, result } satisfies OutfitAnswer))
      // Aborted: the page has turned away, and nobody waits for an answer.
      .catch((reason: unknown) => {
        if (!signal.aborted) throw reason
      })
      .finally(() => running.delete(id))
  }
}
