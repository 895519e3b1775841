import { descendantsOf, startsTo } from './processes.js'

export interface RunningEngine {
  /** the folder with all that it keeps; null where it keeps nothing on disk */
  readonly profile: string | null
  /** of the browser: below it run its pages */
  readonly pid: number
  /** what the arguments of a process have that runs a page */
  readonly page: RegExp
  /** One more tab beside the others, with the same storage. Not to be called again before it has resolved. */
  openTab(url: string): Promise<EngineTab>
  /** Ends the browser and removes its profile. */
  close(): Promise<void>
}

export interface EngineTab {
  /** Closes what is left of it when its process was killed. */
  discard(): Promise<void>
}

/** A browser, started as far as it takes to open tabs; pages speak for themselves. Each tab has a process of its own. */
export interface Engine {
  readonly name: 'chromium' | 'firefox' | 'webkit'
  /** why it cannot be had here, or null */
  unavailable(): string | null
  start(): Promise<RunningEngine>
}

export const LINUX_ONLY = 'needs Linux, to find the process of a tab'

/**
 * The process that runs a page. Browsers keep some in reserve, so a new page need not be in the newest: it is in the one
 * without which the page is silent. All others that are not known stand still meanwhile.
 *
 * @param known processes of other pages
 * @param ask resolves when the page has answered
 */
export async function processOfPage(
  { pid, page }: RunningEngine,
  known: ReadonlySet<number>,
  ask: () => Promise<unknown>,
): Promise<number> {
  const candidates = descendantsOf(pid).flatMap((one) =>
    page.test(one.args) && !known.has(one.pid) ? [one.pid] : [],
  )
  for (let patience = 100; patience < 60_000; patience *= 2) {
    for (const candidate of candidates) {
      const others = candidates.filter((one) => one !== candidate)
      const goOn = standStill(others)
      try {
        if (await startsTo(ask, patience)) return candidate
      } finally {
        goOn()
      }
    }
  }
  throw new Error(`none of ${candidates.length} processes runs the page`)
}

function standStill(pids: readonly number[]): () => void {
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of pids)
      try {
        process.kill(pid, name)
      } catch {} // it has ended meanwhile
  }
  signal('SIGSTOP')
  return () => signal('SIGCONT')
}
