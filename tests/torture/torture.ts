import type { Prng } from '@modaics/shared/testing'

/** What a target of torture came to. */
export interface Figures {
  readonly kills: number
  /** edits that were promised to be kept */
  readonly acknowledged: number
  /** promised, and not there afterwards: each by id */
  readonly lost: readonly string[]
  /** other things that must not be, in words */
  readonly faults: readonly string[]
  /** what else was measured, in words */
  readonly note?: string
}

export interface TortureOptions {
  readonly kills: number
  /** no new kill begins after this (ms since 1970) */
  readonly until: number
  readonly random: Prng
  /** programs as `npm run build` has made them, not from source: they start sooner */
  readonly built: boolean
  /** told after each kill */
  readonly onKill: (figures: { kills: number; acknowledged: number; lost: number }) => void
}

/** Something that is killed again and again while it works, at instants that nobody chose. */
export interface Target {
  readonly name: string
  readonly summary: string
  /** why it cannot be done here, or null */
  unavailable(): string | null
  run(options: TortureOptions): Promise<Figures>
}

/** Counts as it goes; `figures` at the end. */
export function createTally({ onKill }: TortureOptions) {
  const lost: string[] = []
  const faults: string[] = []
  let kills = 0
  let acknowledged = 0
  return {
    /** After a kill: what was promised since the last, and what of all that is missing. */
    killed(promised: number, missing: readonly string[]): void {
      kills++
      acknowledged += promised
      lost.push(...missing)
      onKill({ kills, acknowledged, lost: lost.length })
    },
    /** Missing where it was looked for later. */
    missing: (ids: readonly string[]) => void lost.push(...ids),
    fault: (words: string) => void faults.push(words),
    figures: (): Figures => ({ kills, acknowledged, lost, faults }),
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Looks again until it is so. What never comes to be so ends with an error. */
export async function until(
  what: string,
  condition: () => unknown,
  state: () => unknown = () => '',
): Promise<void> {
  const end = Date.now() + 180_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited three minutes for ${what}: ${JSON.stringify(state())}`)
    await sleep(10)
  }
}
