import { drain, inPieces, type Progress, type Steps } from '@modaics/shared'

export interface InPiecesOptions {
  readonly signal?: AbortSignal
  onProgress?(progress: Progress): void
}

type Ask = (...args: never[]) => unknown

/** The same questions, answered in steps. */
export type InSteps<Questions> = {
  readonly [Name in keyof Questions]: Questions[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Steps<Answer>
    : never
}

/** The same questions, answered later. */
export type Later<Questions> = {
  readonly [Name in keyof Questions]: Questions[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Answer>
    : never
}

/** Questions that are answered in steps, answered at once. */
export function makeAtOnce<Questions>(steps: InSteps<Questions>): Questions {
  return mapEach(steps, (answer) => drain(answer)) as Questions
}

/** Questions that are answered in steps, answered with pauses, so that a page stays smooth. */
export function makeLater<Questions>(
  steps: InSteps<Questions>,
  { signal, onProgress }: InPiecesOptions = {},
): Later<Questions> {
  return mapEach(steps, (answer) =>
    inPieces(answer, {
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
      pause: createPause(),
    }),
  ) as Later<Questions>
}

function mapEach<Questions>(steps: InSteps<Questions>, run: (answer: Steps<unknown>) => unknown): object {
  return Object.fromEntries(
    Object.entries(steps).map(([name, ask]) => [
      name,
      (...args: never[]) => run((ask as Ask)(...args) as Steps<unknown>),
    ]),
  )
}

/** Work goes on for so many ms before others have their turn: half of what a page has for a frame. */
const TURN_MS = 8

/** A browser makes even the shortest timer take some milliseconds: too long to wait after each step. */
function createPause(): () => Promise<void> {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < TURN_MS) return
    await new Promise((resolve) => setTimeout(resolve))
    began = performance.now()
  }
}
