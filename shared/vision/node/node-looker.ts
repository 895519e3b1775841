import { Worker } from 'node:worker_threads'
import { EYES_FILE } from '../eyes-file.js'
import { createLooker, type Looker, type LookThread } from '../looker.js'

/**
 * Looks on a thread of this process, which does not keep it from ending.
 *
 * @param eyes the file of weights; that of this package unless told
 */
export function createNodeLooker(eyes: URL = EYES_FILE): Looker {
  return createLooker(() => toLookThread(startWorker(eyes)))
}

export function toLookThread(worker: Worker): LookThread {
  return {
    post: (question) => worker.postMessage(question),
    listen(onAnswer, onEnd) {
      worker.on('message', onAnswer)
      worker.on('error', onEnd)
      worker.on('exit', (code) => onEnd(new Error(`the thread that looks at pictures ended with ${code}`)))
    },
    hold(on) {
      if (on) worker.ref()
      else worker.unref()
    },
    end: () => void worker.terminate(),
  }
}

/** From source (tests, `npm run dev`) the thread must be able to read TypeScript, which its parent's loader does not see to. */
function startWorker(eyes: URL): Worker {
  const workerData = { eyes: eyes.href }
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./look-worker.js', import.meta.url), { workerData })
  const url = new URL('./look-worker.ts', import.meta.url).href
  const bootstrap = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(url)}) })`
  return new Worker(bootstrap, { eval: true, execArgv: ['--conditions=@modaics/source'], workerData })
}
