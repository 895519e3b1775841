import { z } from 'zod'
import { encodeJsonFrame } from './frames.js'
import { MESSAGE } from './version.js'

/** How far a client has read the log of a wardrobe. */
export const cursorSchema = z.object({
  epoch: z.number().int().nonnegative(),
  seq: z.number().int().nonnegative(),
})
export type Cursor = z.infer<typeof cursorSchema>

/** Client → server, first of all. Without it the connection is a plain y-websocket client's. */
export const clientHelloSchema = z.object({
  protocol: z.number().int().positive(),
  /** the device part of `by` that the client writes under */
  device: z.string().max(64),
  cursor: cursorSchema.nullable(),
})
export type ClientHello = z.infer<typeof clientHelloSchema>

/** Server → client, in answer, before it says anything else. */
export const serverHelloSchema = z.object({
  protocol: z.number().int().positive(),
  /** the server's time, ms since 1970 */
  now: z.number(),
  epoch: z.number().int().nonnegative(),
  /** sequence number of the newest commit */
  head: z.number().int().nonnegative(),
  role: z.enum(['owner', 'editor', 'viewer']),
  /** when the access token ends, ms since 1970 */
  expiresAt: z.number(),
})
export type ServerHello = z.infer<typeof serverHelloSchema>

export const encodeClientHello = (hello: ClientHello): Uint8Array => encodeJsonFrame(MESSAGE.hello, hello)
export const encodeServerHello = (hello: ServerHello): Uint8Array => encodeJsonFrame(MESSAGE.hello, hello)
