import { type ErrorCode, ModaicsError } from '@modaics/shared'

/** An expected failure, with its stable code. */
export type Failure = { readonly ok: false; readonly code: ErrorCode; readonly detail: string }

export type Outcome<T> = { readonly ok: true; readonly value: T } | Failure

export const fail = (code: ErrorCode, detail: string): Failure => ({ ok: false, code, detail })

/** The value of an outcome. At the edges: its failure is thrown, and becomes a problem. */
export function orThrow<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new ModaicsError(outcome.code, outcome.detail)
  return outcome.value
}
