#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { openConsole } from './console.js'
import { runCli } from './run.js'

const console = openConsole(process, (path) => readFile(path, 'utf8'))
process.exitCode = await runCli(process.argv.slice(2), console)
