import type { PhotoAnalysis } from '@modaics/shared'

/** What the thread that looks at pictures is asked. */
export interface Question {
  readonly id: number
  /** in any format that sharp reads */
  readonly bytes: Uint8Array
}

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: PhotoAnalysis }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly stack: string | undefined }
