import { readFile } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { answerLooks } from '../answer-looks.js'
import { createEyes } from '../eyes.js'

// The thread of `node-looker.ts`, which is the only one that starts it and talks to it.

if (!parentPort) throw new Error('this module runs in a worker thread')
const port = parentPort

port.on(
  'message',
  answerLooks(
    async () => createEyes(await readFile(new URL(workerData.eyes))),
    (answer) => port.postMessage(answer),
  ),
)
