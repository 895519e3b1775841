import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { createLogger, loadConfig, startServer } from '@modaics/server'
import { ERRORS, MESSAGE } from '@modaics/shared'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from './source/read-tree.js'

// What the documents say is tried.

const run = promisify(execFile)
const DOCUMENTS = ['README.md', 'docs/ARCHITECTURE.md', 'docs/PROTOCOL.md', 'docs/SPEC.md', ...decisions()]

function decisions(): string[] {
  const names = readdirSync(join(ROOT, 'docs/decisions')).sort()
  return names.map((name) => `docs/decisions/${name}`)
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const blocks = (path: string, language: string): string[] =>
  [...read(path).matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, code = '']) => code,
  )

describe('the examples of the README', () => {
  const programs = blocks('README.md', 'ts')
  let folder: string

  beforeAll(async () => {
    // Inside the repository, so that the packages are found as in anybody's project.
    await mkdir(join(ROOT, '.data'), { recursive: true })
    folder = await mkdtemp(join(ROOT, '.data', 'readme-'))
    for (const [at, program] of programs.entries()) await writeFile(join(folder, `${at}.ts`), program)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('have the types that they show', async () => {
    expect(programs.length).toBeGreaterThan(1)
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'], exclude: [] }),
    )
    await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder]).catch((error) => {
      throw new Error(error.stdout || error.message)
    })
  })

  test('run as they stand; only the address of the server is another', async () => {
    const picture = sharp({ create: { width: 60, height: 80, channels: 3, background: '#203050' } })
    await writeFile(join(folder, 'blazer.jpg'), await picture.jpeg().toBuffer())
    const config = loadConfig({ PORT: '0', DATA_DIR: join(folder, 'server'), ANALYSIS: 'local' })
    const server = await startServer(config, createLogger('silent'))
    try {
      const said: string[] = []
      for (const [at, program] of programs.entries()) {
        await writeFile(join(folder, `${at}.ts`), program.replaceAll('http://127.0.0.1:8787', server.url))
        const args = ['--import', 'tsx', '--conditions=@modaics/source', `${at}.ts`]
        said.push((await run(process.execPath, args, { cwd: folder })).stdout)
      }
      expect(said[0]).toMatch(/Navy blazer.*Chinos.*Loafers \[/)
      expect(said[0]).toContain("[ { name: 'Chinos' } ]")
      expect(said[1]).toMatch(/^\d edits wait for the server$/m)
      expect(said[2]).toMatch(/^a .+ would add [1-9]\d* good outfits$/m)
      expect(said[2]).toMatch(/^pack .*Chinos/m)
    } finally {
      await server.stop()
    }
  })
})

describe('the documents', () => {
  test.each(DOCUMENTS)('%s names commands, files and pages that are there', (path) => {
    const text = read(path)
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const commands = [...text.matchAll(/\bnpm (?:run )?(start|test|run [\w:]+)/g)]
      .map(([, name = '']) => name.replace('run ', ''))
      .filter((name) => !Object.hasOwn(scripts, name))
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, to = '']) => join(dirname(path), to))
    const files = [
      ...text.matchAll(/`((?:shared|client-sdk|server|migrations|examples|bench|tests|docs)\/[\w./-]*)`/g),
    ].map(([, file = '']) => file)
    expect(commands).toEqual([])
    expect([...links, ...files].filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
  })

  test('PROTOCOL.md has every error, with its numbers', () => {
    const rows = [
      ...read('docs/PROTOCOL.md').matchAll(/^\| `([\w-]+)` \| (\d+) \| (\d+) \| ([\w-]+) \| (.+) \|$/gm),
    ]
    expect(rows.map(([, code, ...rest]) => [code, ...rest])).toEqual(
      Object.entries(ERRORS).map(([code, { status, close, remedy, title }]) => [
        code,
        String(status),
        String(close),
        remedy,
        title,
      ]),
    )
  })

  test('PROTOCOL.md has every message, with its number', () => {
    const rows = [...read('docs/PROTOCOL.md').matchAll(/^\| ([\d, ]+) \| ([\w, ]+) \|/gm)]
    const told = new Set(rows.flatMap(([, numbers = '']) => numbers.split(', ').map(Number)))
    expect([...told].sort((x, y) => x - y)).toEqual(Object.values(MESSAGE).sort((x, y) => x - y))
  })

  test('each decision has its number, and says why and at what price', () => {
    expect(decisions().length).toBeGreaterThan(0)
    const numbers = decisions().map((path) => Number(/\/(\d{4})-/.exec(path)?.[1]))
    expect(new Set(numbers).size).toBe(numbers.length) // in groups of ten by subject, so there may be gaps
    for (const [at, path] of decisions().entries()) {
      expect(read(path)).toMatch(new RegExp(`^# ${numbers[at]} · .+\n`))
      for (const part of ['**Why.**', '**So.**', '**Price.**']) expect(read(path)).toContain(part)
    }
  })
})
