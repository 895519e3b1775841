export interface Said {
  readonly level: 'info' | 'warn' | 'error'
  readonly fields: object
  readonly message: string
}

/** A logger that keeps what it is told. */
export function createSilentLogger(): {
  readonly said: readonly Said[]
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
} {
  const said: Said[] = []
  const keep = (level: Said['level']) => (fields: object, message: string) =>
    void said.push({ level, fields, message })
  return { said, info: keep('info'), warn: keep('warn'), error: keep('error') }
}
