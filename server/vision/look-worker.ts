import { readFile } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import type { PhotoAnalysis } from '@modaics/shared'
import { analysePhoto, createEyes, EYES_FILE } from '@modaics/shared/vision'
import { loadSharp } from '../photos/sharp.js'
import type { Answer, Question } from './look-messages.js'

// The thread that looks at pictures: `look-thread.ts` starts it, and is the only one that talks to it.

if (!parentPort) throw new Error('this module runs in a worker thread')
const port = parentPort

const MAX_EDGE = 400

const eyes = readFile(EYES_FILE).then(createEyes)
eyes.catch(() => {}) // said by `look`

async function look(bytes: Uint8Array): Promise<PhotoAnalysis> {
  const sharp = await loadSharp()
  const { data, info } = await sharp(bytes)
    .resize(MAX_EDGE, MAX_EDGE, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return analysePhoto({ data, width: info.width, height: info.height }, await eyes)
}

// One picture after the other, so that memory holds one.
let turn: Promise<void> = Promise.resolve()
port.on('message', ({ id, bytes }: Question) => {
  turn = turn.then(async () => {
    let answer: Answer
    try {
      answer = { id, ok: true, value: await look(bytes) }
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error))
      answer = { id, ok: false, message, stack }
    }
    port.postMessage(answer)
  })
})
