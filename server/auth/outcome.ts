import type { ErrorCode } from '@modaics/shared'

/** An expected failure, with its stable code. */
export type Failure = { readonly ok: false; readonly code: ErrorCode; readonly detail: string }

export type Outcome<T> = { readonly ok: true; readonly value: T } | Failure

export const fail = (code: ErrorCode, detail: string): Failure => ({ ok: false, code, detail })
