/** A native module: found and loaded with the first password, not at the start. */
const loadBcrypt = () => import('bcrypt')

/** OWASP's floor is 10; 12 takes about a quarter of a second, on a thread of its own. */
const COST = 12

/** bcrypt reads no further: a longer password would be cut without a word. */
const MAX_BYTES = 72
const MIN_CHARACTERS = 10

/** A hash of nobody's password, of the same cost, so that an unknown address costs what a wrong password does. */
const NOBODY = '$2b$12$NqO3ASJZvxh0Iur.ghVz8eAyRfEH0tZPMnSmiTZ/iOQv2YBWC2T5q'

/** What is wrong with a new password, or nothing. */
export function passwordFault(password: string): string | undefined {
  const normal = password.normalize('NFKC')
  if ([...normal].length < MIN_CHARACTERS) return `a password has at least ${MIN_CHARACTERS} characters`
  if (bytesOf(normal) > MAX_BYTES) return `a password has at most ${MAX_BYTES} bytes in UTF-8`
  return undefined
}

/** bcrypt of a password that has no fault. Devices type é in two ways, so it is normalised first (NIST SP 800-63B). */
export async function hashPassword(password: string): Promise<string> {
  if (bytesOf(password.normalize('NFKC')) > MAX_BYTES) throw new RangeError(`more than ${MAX_BYTES} bytes`)
  const { hash } = await loadBcrypt()
  return hash(password.normalize('NFKC'), COST)
}

/** Is it the password of this hash? With no hash the same work is done, and the answer is no. */
export async function verifyPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const normal = password.normalize('NFKC')
  const { compare } = await loadBcrypt()
  const matches = await compare(normal, passwordHash ?? NOBODY)
  return matches && passwordHash !== undefined && bytesOf(normal) <= MAX_BYTES
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}
