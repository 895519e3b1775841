import { z } from 'zod'
import { encodeJsonFrame } from './frames.js'
import { MESSAGE } from './version.js'

/** Client → server: a new access token for the open connection. */
export const authenticateSchema = z.object({ token: z.string().max(8192) })
export type Authenticate = z.infer<typeof authenticateSchema>

/** Server → client: it is taken. A token that is not ends the connection with 4401. */
export const authenticatedSchema = z.object({ expiresAt: z.number() })
export type Authenticated = z.infer<typeof authenticatedSchema>

export const encodeAuthenticate = (message: Authenticate): Uint8Array =>
  encodeJsonFrame(MESSAGE.authenticate, message)
export const encodeAuthenticated = (message: Authenticated): Uint8Array =>
  encodeJsonFrame(MESSAGE.authenticate, message)
