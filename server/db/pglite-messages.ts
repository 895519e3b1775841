/** What the main thread asks of the thread that PGlite runs on. Each question has an id, and one answer. */
export type Question =
  /** first of all */
  | { readonly op: 'open'; readonly dataDir: string }
  | {
      readonly op: 'query'
      readonly transaction: number | null
      readonly text: string
      readonly params: readonly unknown[]
      readonly rowMode: 'object' | 'array' /** types, by oid, whose values stay PostgreSQL's own text */
      readonly asText: readonly number[]
    }
  | { readonly op: 'copyOut'; readonly select: string }
  | { readonly op: 'script'; readonly text: string }
  /** The answer is the number of the transaction. Others wait until it has ended. */
  | { readonly op: 'begin' }
  | { readonly op: 'end'; readonly transaction: number; readonly commit: boolean }
  | { readonly op: 'listen'; readonly channel: string }
  | { readonly op: 'unlisten'; readonly channel: string }
  | { readonly op: 'close' }

export type Asked = Question & { readonly id: number }

/** An error on its way between the threads: a clone would lose the SQLSTATE. */
export interface SentError {
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | undefined
}

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: SentError }
  | { readonly channel: string; readonly payload: string }
