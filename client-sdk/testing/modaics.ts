import type { Console } from '../cli/console.js'
import { runCli } from '../cli/run.js'

/** Runs `modaics` with these arguments, and gives back the exit code and what it said. */
export async function modaics(
  args: readonly string[],
  password = '',
): Promise<{ readonly code: number; readonly said: string }> {
  const lines: string[] = []
  const console: Console = {
    say: (line) => void lines.push(line),
    progress: () => {},
    askPassword: async () => password,
    readPassword: async () => password,
  }
  const code = await runCli(args, console)
  return { code, said: lines.join('\n') }
}
