/** How far work has come that is done in steps. */
export interface Progress {
  /** 0 to 1, as far as it is known beforehand */
  readonly done: number
}

/** Work in steps of a few milliseconds: whoever runs it may pause after each of them, or leave it. */
export type Steps<T> = Generator<Progress, T>

/** Runs steps to their end without a pause. */
export function drain<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** Visits all of them in order, with a step for every so many. */
export function* visitEach<T>(
  all: readonly T[],
  every: number,
  visit: (one: T, at: number) => void,
): Steps<void> {
  for (const [at, one] of all.entries()) {
    visit(one, at)
    if (at % every === every - 1) yield { done: at / all.length }
  }
}

/** Steps that are a part of more work: from where they begin on the scale of the whole to where they end. */
export function* within<T>(steps: Steps<T>, from: number, to: number): Steps<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    yield { ...step.value, done: from + (to - from) * step.value.done }
  }
}
