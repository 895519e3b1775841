import { setTimeout as sleep } from 'node:timers/promises'
import type { Terminal } from './terminal.js'

/** What the demo says of itself. Each claim is looked at, then printed; what does not hold is counted. */
export interface Claims {
  hold(claim: string, holds: boolean, otherwise?: string): void
  /** Waits until it holds, at most as long as a step may take. */
  eventually(claim: string, holds: () => boolean, otherwise?: () => string): Promise<void>
  /** The same, with a bar: `count` of `total`. */
  fill(label: string, total: number, count: () => number): Promise<boolean>
  readonly kept: number
  readonly broken: readonly string[]
}

/** How often something is looked at that tells nobody when it changes, in ms. */
const LOOK_MS = 20

export function createClaims(terminal: Terminal, patienceMs: number): Claims {
  const broken: string[] = []
  let kept = 0

  function hold(claim: string, holds: boolean, otherwise = ''): void {
    if (holds) {
      kept++
      terminal.good(claim)
      return
    }
    broken.push(claim)
    terminal.bad(`${claim}: this does not hold${otherwise ? `. ${otherwise}` : ''}`)
  }

  async function until(holds: () => boolean): Promise<boolean> {
    const deadline = Date.now() + patienceMs
    while (!holds()) {
      if (Date.now() > deadline) return false
      await sleep(LOOK_MS)
    }
    return true
  }

  return {
    hold,
    async eventually(claim, holds, otherwise) {
      hold(claim, await until(holds), otherwise?.())
    },
    async fill(label, total, count) {
      const progress = terminal.progress(label, total)
      const full = await until(() => {
        const now = count()
        progress.at(now)
        return now >= total
      })
      progress.done(terminal.dim(`${label}: ${count()} of ${total}`))
      return full
    },
    get kept() {
      return kept
    },
    broken,
  }
}
