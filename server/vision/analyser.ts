import type { Analysis } from './analysis.js'

/** The picture to look at: WebP, sRGB, upright, longest edge at most 640 pixels. */
export interface Picture {
  readonly bytes: Uint8Array
}

export interface Seen {
  readonly analysis: Analysis
  readonly costUsd: number
}

/** Something that looks at pictures. A picture is shown once to each `id` and `version`. */
export interface Analyser {
  readonly id: string
  /** goes up when the same picture may be seen otherwise than before */
  readonly version: number
  /** @throws AnalysisError where it saw nothing that can be used; whatever `signal` was aborted with */
  analyse(picture: Picture, signal: AbortSignal): Promise<Seen>
}

export type AnalysisFault =
  /** too many requests, or the budget is used up */
  | 'rate-limited'
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

  constructor(fault: AnalysisFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}
