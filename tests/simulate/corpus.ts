import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shrinkList } from '@modaics/shared/testing'
import { runScenario } from './run.js'
import type { Scenario } from './scenario.js'

/** A run that once failed, as small as it could be made, and what it showed. */
export interface CorpusEntry {
  readonly name: string
  /** what the program did wrong */
  readonly found: string
  readonly scenario: Scenario
}

const FOLDER = join(import.meta.dirname, 'corpus')

export function readCorpus(): CorpusEntry[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => ({ name: file, ...JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) }))
}

export function keepInCorpus(scenario: Scenario, found: string): string {
  const path = join(FOLDER, `seed-${scenario.seed}.json`)
  const steps = scenario.steps.map(({ dice, ...step }) => ({
    ...step,
    dice: dice.map((die) => Number(die.toFixed(6))),
  }))
  const text = JSON.stringify({ found, scenario: { ...scenario, steps } }, null, 2)
  // Lists of numbers on one line, as the formatter has them.
  const short = text.replace(/\[\s+([\d.,\s]+?)\s+\]/g, (_, list: string) => `[${list.replace(/\s+/g, ' ')}]`)
  writeFileSync(path, `${short}\n`)
  return path
}

/** The same failure with fewer steps. */
export async function shrinkScenario(scenario: Scenario): Promise<Scenario> {
  const failureOf = async (candidate: Scenario): Promise<string | null> => {
    const { failures } = await runScenario(candidate)
    return failures[0] === undefined ? null : kindOf(failures[0])
  }
  const failure = await failureOf(scenario)
  if (failure === null) return scenario
  const steps = await shrinkList(
    scenario.steps,
    async (candidate) => (await failureOf({ ...scenario, steps: candidate })) === failure,
  )
  return { ...scenario, steps }
}

/** A failure without its names, numbers and values. */
function kindOf(failure: string): string {
  const [line = ''] = failure.split('\n')
  return line.replace(/"[^"]*"|[\w-]*\d[\w-]*/g, '').slice(0, 60)
}
