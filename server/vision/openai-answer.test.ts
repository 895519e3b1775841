import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { answerSchema, INSTRUCTIONS, PROMPT_VERSION } from './openai-answer.js'

/** What each version asked: the first 16 digits of the SHA-256 of instructions and schema. Lines are added, never changed. */
const HISTORY: Readonly<Record<number, string>> = {
  2: 'c3961f4b62e89a2f',
  3: '95a2dc6599714965',
}

test('[VI9] what is asked does not change without the version, which has old photos looked at again', () => {
  const asked = `${INSTRUCTIONS}\n${JSON.stringify(z.toJSONSchema(answerSchema))}`
  const digest = createHash('sha256').update(asked).digest('hex').slice(0, 16)
  expect({ version: PROMPT_VERSION, digest }).toEqual({
    version: Math.max(...Object.keys(HISTORY).map(Number)),
    digest: HISTORY[PROMPT_VERSION],
  })
})
