import { answerLooks } from '../answer-looks.js'
import type { Answer, Question } from '../look-messages.js'
import { fetchEyes } from './fetch-eyes.js'

// The worker of `browser-looker.ts`, which is the only one that starts it and talks to it.

/** A worker's own scope, as far as it is used: its types and those of a page cannot be had at once. */
interface Scope {
  postMessage(answer: Answer): void
  addEventListener(
    type: 'message',
    listener: (event: { readonly data: { readonly eyes: string } | Question }) => void,
  ): void
}

const scope = globalThis as unknown as Scope
let eyes = ''
const answer = answerLooks(
  () => fetchEyes(eyes),
  (told) => scope.postMessage(told),
)
scope.addEventListener('message', ({ data }) => {
  if ('eyes' in data) eyes = data.eyes
  else answer(data)
})
