import { parseArgs } from 'node:util'
import { ModaicsError } from '@modaics/shared'
import { COMMANDS, type Command, type Options } from './commands.js'
import type { Console } from './console.js'

/** Runs the command that the arguments name. Resolves to the exit code: 1 where it failed, 2 where it was not understood. */
export async function runCli(args: readonly string[], console: Console): Promise<number> {
  const [name = 'help', ...rest] = args
  const command = COMMANDS.find((one) => one.name === name)
  if (!command) {
    const asked = ['help', '--help', '-h'].includes(name)
    const [about] = rest
    console.say(helpOf(asked ? COMMANDS.find((one) => one.name === about) : undefined))
    return asked ? 0 : 2
  }
  let parsed: { positionals: string[]; values: Options }
  try {
    parsed = parseArgs({
      args: rest,
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        ...Object.fromEntries(
          Object.entries(command.options).map(([key, { takes }]) => [
            key,
            { type: takes === undefined ? ('boolean' as const) : ('string' as const) },
          ]),
        ),
      },
    })
  } catch (error) {
    console.say(`${(error as Error).message}\n\n${helpOf(command)}`)
    return 2
  }
  if (parsed.values.help) {
    console.say(helpOf(command))
    return 0
  }
  try {
    return await command.run(parsed.positionals, parsed.values, console)
  } catch (error) {
    if (!(error instanceof ModaicsError)) throw error
    console.say(`modaics ${name}: ${error.detail} (${error.code})`)
    return error.code === 'invalid' ? 2 : 1
  }
}

function helpOf(command: Command | undefined): string {
  if (!command)
    return [
      'modaics COMMAND …',
      '',
      ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`),
      '',
      'modaics COMMAND --help says the rest.',
    ].join('\n')
  const options = Object.entries(command.options).map(([name, { takes, help }]) => {
    const flag = `--${name}${takes === undefined ? '' : ` ${takes}`}`
    return `  ${flag.padEnd(24)}${help}`
  })
  return [`modaics ${command.name} ${command.usage}`, '', command.summary, '', ...options].join('\n')
}
