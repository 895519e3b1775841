import { EYES_FILE } from '../eyes-file.js'
import type { Answer } from '../look-messages.js'
import { createLooker, type Looker } from '../looker.js'

/**
 * Looks in a worker, so that the page stays smooth. Its policy must let it compile WebAssembly (`wasm-unsafe-eval`) and have
 * workers of its own (`worker-src 'self'`).
 *
 * @param eyes where the weights are; the file that the bundler took along unless told
 */
export function createBrowserLooker(eyes: URL | string = EYES_FILE): Looker {
  const url = new URL(eyes, location.href).href
  return createLooker(() => {
    const worker = new Worker(new URL('./look-worker.js', import.meta.url), {
      type: 'module',
      name: 'modaics-eyes',
    })
    worker.postMessage({ eyes: url })
    return {
      post: (question) => worker.postMessage(question),
      listen(onAnswer, onEnd) {
        worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => onAnswer(data))
        worker.addEventListener('error', ({ message }) =>
          onEnd(new Error(message || 'the worker that looks at pictures cannot be started')),
        )
      },
      end: () => worker.terminate(),
    }
  })
}
