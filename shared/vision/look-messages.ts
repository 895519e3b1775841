import type { RgbaImage } from '../colour/pixels.js'
import type { PhotoAnalysis } from './photo-analysis.js'

/** What a thread that looks at pictures is asked. */
export interface Question {
  readonly id: number
  readonly image: RgbaImage
}

/** What it answers; `blind` says why it saw colours only. */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: PhotoAnalysis; readonly blind?: string }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly stack: string | undefined }
