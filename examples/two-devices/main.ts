import { runDemo } from './demo.js'
import { HELP, type Options, readOptions } from './options.js'
import { createTerminal } from './terminal.js'

const terminal = createTerminal(process.stdout)

function readCommandLine(): Options | null {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`)
    return null
  }
}

const options = readCommandLine()
if (options === null) process.exitCode = 2
else if (options.help) terminal.line(HELP.trimEnd())
else
  try {
    process.exitCode = (await runDemo(options, terminal)) ? 0 : 1
  } catch (error) {
    // Not a claim that broke, but a step that could not be done at all: no server there, no pictures in the folder.
    terminal.bad(error instanceof Error ? error.message : String(error))
    if (!(error instanceof Error)) console.error(error)
    process.exitCode = 1
  }
