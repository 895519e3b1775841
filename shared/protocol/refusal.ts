import { z } from 'zod'
import type { ErrorCode } from '../domain/errors.js'
import { encodeJsonFrame } from './frames.js'
import { MESSAGE } from './version.js'

/** Server → client: an update was refused as a whole, nothing of it is stored. */
export const refusalSchema = z.object({
  code: z
    .string()
    .max(64)
    .transform((code) => code as ErrorCode),
  detail: z.string(),
  /** the edit at fault, where it is one edit's */
  edit: z.tuple([z.number(), z.string()]).optional(),
  /** the server's time, ms since 1970 */
  now: z.number(),
})
export type Refusal = z.infer<typeof refusalSchema>

export const encodeRefusal = (refusal: Refusal): Uint8Array => encodeJsonFrame(MESSAGE.refusal, refusal)
