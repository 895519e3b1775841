import { analysePhoto } from './analyse-photo.js'
import type { Eyes } from './eyes.js'
import type { Answer, Question } from './look-messages.js'

/**
 * The other end of a {@link createLooker}: what a thread does with each question. One picture after the other, so that memory
 * holds one. Where the eyes cannot be loaded it sees colours, says why, and tries again with the next picture.
 */
export function answerLooks(
  loadEyes: () => Promise<Eyes>,
  post: (answer: Answer) => void,
): (question: Question) => void {
  let loading: Promise<Eyes> | undefined
  let turn: Promise<void> = Promise.resolve()

  async function answer({ id, image }: Question): Promise<Answer> {
    let eyes: Eyes | undefined
    let blind: string | undefined
    try {
      loading ??= loadEyes()
      eyes = await loading
    } catch (error) {
      loading = undefined
      blind = toError(error).message
    }
    try {
      const value = await analysePhoto(image, eyes)
      return { id, ok: true, value, ...(blind === undefined ? {} : { blind }) }
    } catch (error) {
      const { message, stack } = toError(error)
      return { id, ok: false, message, stack }
    }
  }

  return (question) => {
    turn = turn.then(async () => post(await answer(question)))
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
