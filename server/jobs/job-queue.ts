import type { z } from 'zod'

/** A kind of job, as a table entry. */
export interface JobQueue<T extends object> {
  /** letters, digits, hyphens */
  readonly name: string
  readonly data: z.ZodType<T>
  /** how often it is tried again after the first time; then it goes to `<name>-failed` */
  readonly retries: number
  /** before the first retry, doubling with each; 0 for at once */
  readonly retrySeconds: number
  /** a job that takes longer is given up and tried again: also how long one of a dead process waits */
  readonly expireSeconds: number
  /** how many run at once in this process */
  readonly concurrency: number
}

export interface JobContext {
  /** aborted when the job has taken too long, or the process stops and will not wait longer */
  readonly signal: AbortSignal
}

/** Why a job failed for good: what its last try threw. */
export interface JobFailure {
  readonly code: string
  readonly detail: string
}

/** What is said to the log; pino fits. */
export interface JobLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
