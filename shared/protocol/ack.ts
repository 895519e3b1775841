import { z } from 'zod'
import { encodeJsonFrame } from './frames.js'
import { MESSAGE } from './version.js'

/** Server → client, after COMMIT: everything of these Yjs clients below these clocks is durable. */
export const ackSchema = z.object({
  epoch: z.number().int().nonnegative(),
  /** the commit; with what was sent before, the client has everything up to it */
  seq: z.number().int().nonnegative(),
  /** `[client, clock]`: all structs of the client with a lower clock are stored */
  clocks: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()])),
})
export type Ack = z.infer<typeof ackSchema>

export const encodeAck = (ack: Ack): Uint8Array => encodeJsonFrame(MESSAGE.ack, ack)
