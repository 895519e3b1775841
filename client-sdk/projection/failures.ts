import { ModaicsError } from '@modaics/shared'

/** True where PostgreSQL will not take the data it was given (class 22, 23): the record is at fault. */
export function isRefusal(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error))
}

/** A failure of PGlite as one of ours: no space, broken files, or another. */
export function toStorageError(error: unknown): ModaicsError {
  if (error instanceof ModaicsError) return error
  const state = sqlState(error)
  const text = String(error)
  const full =
    state === '53100' || state === 'ENOSPC' || text.includes('No space left') || text.includes('Quota')
  // XX: broken pages and indexes; 58: files that are not there. Without any code the engine itself has fallen.
  const damaged = /^(XX|58)/.test(state) || state === ''
  return new ModaicsError(
    full ? 'storage-full' : damaged ? 'storage-damaged' : 'storage-failed',
    `PGlite: ${text}`,
    { cause: error },
  )
}

function sqlState(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}
