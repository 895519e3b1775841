import {
  chai,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect'

/** Stands for vitest in a page: gathers the tests of a suite, and runs them when asked to. With vitest's own `expect`. */
interface PageTest {
  readonly title: string
  readonly run: () => Promise<void>
}

declare global {
  interface Window {
    /** Runs all tests in order. Resolves to what failed, by title. */
    runTests(): Promise<{ passed: string[]; failed: Record<string, string> }>
  }
}

type Step = () => unknown
interface Suite {
  readonly title: string
  readonly before: Step[]
  readonly after: Step[]
}

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

export const expect = ((value: unknown) => chai.expect(value)) as unknown as typeof chai.expect
Object.assign(expect, chai.expect)
Object.assign(globalThis, { [GLOBAL_EXPECT]: expect })
setState({ ...getState(expect as never) }, expect as never)

const tests: PageTest[] = []
let suites: Suite[] = []

export function describe(title: string, body: () => void): void {
  const outer = suites
  suites = [...outer, { title, before: [], after: [] }]
  body()
  suites = outer
}

export function beforeEach(step: Step): void {
  suites.at(-1)?.before.push(step)
}

export function afterEach(step: Step): void {
  suites.at(-1)?.after.push(step)
}

export function test(title: string, body: Step): void {
  const around = suites
  tests.push({
    title: [...around.map((suite) => suite.title), title].join(' > '),
    async run() {
      for (const { before } of around) for (const step of before) await step()
      try {
        await body()
      } finally {
        for (const { after } of around) for (const step of after) await step()
      }
    },
  })
}

function canFail(): boolean {
  try {
    ;(chai.expect(1) as unknown as { toBe(value: unknown): void }).toBe(2)
    return false
  } catch {
    return true
  }
}

window.runTests = async () => {
  const passed: string[] = []
  const failed: Record<string, string> = {}
  if (!canFail()) failed.expect = 'does not throw what does not hold'
  for (const { title, run } of tests)
    await run().then(
      () => passed.push(title),
      (error: unknown) => {
        failed[title] = String((error as Error).stack)
      },
    )
  return { passed, failed }
}
