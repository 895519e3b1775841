import type { Analysis } from './analysis.js'

/** The picture to look at: WebP, sRGB, upright, longest edge at most 640 pixels. */
export interface Picture {
  readonly bytes: Uint8Array
}

export interface Cost {
  readonly costUsd: number
  readonly inputTokens?: number
  readonly outputTokens?: number
}

export interface Seen extends Cost {
  readonly analysis: Analysis
  /** why it saw less than it can: not kept, and looked at again when the analyser can see */
  readonly partial?: string
}

/** Something that looks at pictures. A picture is shown once to each `id` and `version`. */
export interface Analyser {
  readonly id: string
  /** goes up when the same picture may be seen otherwise than before */
  readonly version: number
  /** what one picture costs at most, as far as it is known before; it costs nothing where it is left out or 0 */
  readonly estimateUsd?: number
  /** @throws AnalysisError where it saw nothing that can be used; whatever `signal` was aborted with */
  analyse(picture: Picture, signal: AbortSignal): Promise<Seen>
}

export type AnalyserVersion = Pick<Analyser, 'id' | 'version'>

/** Who looks at photos. */
export interface Lookers {
  /** the one that is asked first */
  readonly analyser: AnalyserVersion
  /** the one that measures the pixels, also of what the other has seen, and stands in for it */
  readonly fallback: AnalyserVersion
}

export type AnalysisFault =
  /** too many requests */
  | 'rate-limited'
  /** the budget of the user or of the server is used up */
  | 'over-budget'
  /** no answer in time */
  | 'timeout'
  /** no connection, or an error of its server */
  | 'unavailable'
  /** it took the request for wrong: key, model, picture */
  | 'rejected'
  /** it did not want to look */
  | 'refused'
  /** the answer was cut off */
  | 'truncated'
  /** the answer does not fit the schema */
  | 'malformed'

export class AnalysisError extends Error {
  override readonly name = 'AnalysisError'
  readonly fault: AnalysisFault
  /** what it cost all the same */
  readonly cost: Cost | undefined

  constructor(fault: AnalysisFault, message: string, options: ErrorOptions & { readonly cost?: Cost } = {}) {
    super(message, options)
    this.fault = fault
    this.cost = options.cost
  }
}
