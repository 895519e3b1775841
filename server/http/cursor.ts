import { ModaicsError } from '@modaics/shared'

/** Where a page ended, opaque to the caller: it may come to mean more than an id. */
export function encodeCursor(lastId: string): string {
  return Buffer.from(JSON.stringify([1, lastId])).toString('base64url')
}

/** @throws ModaicsError `invalid` for what is not a cursor of ours */
export function decodeCursor(cursor: string): string {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (
      Array.isArray(parts) &&
      parts[0] === 1 &&
      typeof parts[1] === 'string' &&
      !parts[1].includes('\u0000')
    )
      return parts[1]
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new ModaicsError('invalid', 'query.cursor: is not a cursor that this server gave out')
}
