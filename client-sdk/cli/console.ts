import { createInterface } from 'node:readline'
import { ModaicsError } from '@modaics/shared'

/** What a command says and asks. */
export interface Console {
  /** a line of the result, to stdout */
  say(line: string): void
  /** a line for the person that waits, to stderr; on a terminal the next one takes its place */
  progress(line: string): void
  /** @throws ModaicsError `invalid` where nobody can answer */
  askPassword(): Promise<string>
  readPassword(file: string): Promise<string>
}

export function openConsole(
  { stdin, stdout, stderr }: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>,
  readFile: (path: string) => Promise<string>,
): Console {
  let shown = false
  const clear = (): void => {
    if (shown) stderr.write('\r\u001b[K')
    shown = false
  }
  const firstLine = (text: string): string => text.split(/\r?\n/)[0] ?? ''
  return {
    say(line) {
      clear()
      stdout.write(`${line}\n`)
    },
    progress(line) {
      if (!stderr.isTTY) return
      clear()
      stderr.write(line.slice(0, (stderr.columns ?? 80) - 1))
      shown = true
    },
    async askPassword() {
      clear()
      if (!stdin.isTTY)
        throw new ModaicsError(
          'invalid',
          'there is no terminal to ask for the password: --password-file FILE, or - for stdin',
        )
      stderr.write('Password: ')
      const lines = createInterface({ input: stdin, terminal: true, output: undefined as never })
      return new Promise((resolve) => {
        lines.once('line', (line) => {
          lines.close()
          stderr.write('\n')
          resolve(line)
        })
      })
    },
    async readPassword(file) {
      if (file !== '-') return firstLine(await readFile(file))
      let text = ''
      for await (const chunk of stdin) text += chunk
      return firstLine(text)
    },
  }
}
