import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openWardrobe } from '@modaics/client'
import { transformSync } from 'esbuild'
import { createTally, sleep, type Target, until } from './torture.js'

const CHILD = fileURLToPath(new URL('../sync/client-child.ts', import.meta.url))
/** The child as JavaScript, where Node finds the built packages. */
function compileChild(): string {
  const folder = fileURLToPath(new URL('../../node_modules/.modaics-torture/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'client-child.mjs')
  writeFileSync(file, transformSync(readFileSync(CHILD, 'utf8'), { loader: 'ts' }).code)
  return file
}

/** A new folder from time to time, so that opening stays quick. */
const KILLS_PER_FOLDER = 20

/** A Node program with a wardrobe: SIGKILL while it writes. */
export const nodeTarget: Target = {
  name: 'node-client',
  summary: 'a Node program with a wardrobe, while it writes',
  unavailable: () => null,
  async run(options) {
    const { kills, random } = options
    const tally = createTally(options)
    const program = options.built
      ? [compileChild()]
      : ['--conditions=@modaics/source', '--import', 'tsx', CHILD]
    let folder = ''
    let resolved = new Map<string, string | null>()
    for (let done = 0; done < kills && Date.now() < options.until; done++) {
      if (done % KILLS_PER_FOLDER === 0) {
        if (folder) await rm(folder, { recursive: true, force: true })
        folder = await mkdtemp(join(tmpdir(), 'modaics-torture-'))
        resolved = new Map()
      }
      const before = resolved.size
      const child = spawn(process.execPath, [...program, folder, 'killed'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      const lines = createInterface(child.stdout)
      const read = new Promise((resolve) => lines.once('close', resolve))
      lines.on('line', (line) => {
        const [id = '', brand] = line.split(' ')
        if (id !== 'open') resolved.set(id, brand ?? resolved.get(id) ?? null)
      })
      try {
        await until('an edit', () => resolved.size > before)
        await sleep(random.below(200))
      } finally {
        child.kill('SIGKILL')
      }
      // A line that was cut off is no promise; those that were written before the kill are all read.
      await Promise.all([ended, read])
      const wardrobe = await openWardrobe({ name: 'killed', storage: { folder }, rows: false })
      const missing = [...resolved].flatMap(([id, brand]) => {
        if (id.length < 36) return []
        const item = wardrobe.items.get(id)
        return !item || (brand?.length === 4 && item.brand !== brand) || item.tags[0] !== 'killed' ? [id] : []
      })
      tally.killed(resolved.size - before, missing)
      await wardrobe.close()
    }
    if (folder) await rm(folder, { recursive: true, force: true })
    return tally.figures()
  },
}
