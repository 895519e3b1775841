import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLogger, loadConfig, startServer } from '@modaics/server'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { drawGarments } from './drawn-garments.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const GARMENTS = join(ROOT, '../shared/data/garments')
/** Only ends what hangs. */
const LIMIT_MS = 300_000

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modaics-demo-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs `npm run demo`, without npm: no terminal, so plain lines. Its temporary files go into `folder`. */
function demo(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@modaics/source', main, ...args], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

/** What a run that is all right has said, whatever the garments. */
function expectWholeStory(out: string): void {
  expect(out).not.toMatch(/✗/)
  expect(out).toMatch(/✓ phone and tablet are offline/)
  expect(out).toMatch(/✓ the phone has it all on its own disk; [1-9]\d* edits wait/)
  expect(out).toMatch(/✓ the tablet has it all on its own disk; [1-9]\d* edits wait/)
  expect(out).toMatch(/✓ the server has stored all [1-9]\d* edits: pending went from [1-9]\d* to 0/)
  expect(out).toMatch(/✓ phone and tablet show the same: all 12 garments, every field/)
  expect(out).toMatch(/wins {3}“Sunday .+”/)
  expect(out).toMatch(/loses {2}“Office .+”/)
  expect(out).toMatch(/✓ both show it, and nothing is in conflict any more/)
  expect(out).toMatch(/✓ every photo is stored and analysed: 12 of 12/)
  expect(out).toMatch(/[a-z]+ \d+ %.* {2}confidence [01]\.\d\d/)
  expect(out).toMatch(/✓ each outfit says why/)
  expect(out).toMatch(/✓ the tablet, by itself, finds the same gaps/)
  expect(out).toMatch(/✓ each day has an outfit from the bag, or says what is missing/)
  expect(out).toMatch(/✓ all \d+ claims hold/)
}

/** What the README quotes of the output. How sure the analysis is may change with it. */
function shownInReadme(): string[] {
  const [, quoted = ''] = /```text\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? []
  const lines = quoted.split('\n').filter((line) => line !== '' && !line.includes('confidence'))
  expect(lines.length).toBeGreaterThan(5)
  return lines
}

describe('npm run demo', { timeout: LIMIT_MS }, () => {
  test('shows two devices that work offline and come together, and leaves nothing behind', async () => {
    const { code, out, err } = await demo()
    expect({ code, err }, out).toEqual({ code: 0, err: '' })
    expectWholeStory(out)
    expect(out).toMatch(/✓ the colours are those of the cloth/)
    for (const control of ['\r', '\u001b'])
      expect(out, 'plain lines without a terminal').not.toContain(control)
    for (const line of shownInReadme()) expect(out).toContain(line)
    expect((await readdir(folder)).filter((name) => name.startsWith('modaics-'))).toEqual([])
  })

  test.skipIf(!existsSync(GARMENTS))(
    existsSync(GARMENTS)
      ? 'does the same with real photos'
      : `does the same with real photos (skipped: there are none in ${GARMENTS})`,
    async () => {
      const { code, out } = await demo('--photos', GARMENTS)
      expect(code, out).toBe(0)
      expectWholeStory(out)
    },
  )

  test('ends with 1 and says what does not hold, also on a server that runs already', async () => {
    const photos = join(folder, 'photos')
    await mkdir(photos)
    for (const { name, picture } of await drawGarments(5))
      await writeFile(join(photos, `${name}.jpg`), picture)
    const [whole] = await drawGarments(1)
    // The device takes it; the server has been told to take less.
    const huge = await sharp(whole?.picture).resize(1_200, 1_500, { fit: 'fill' }).jpeg().toBuffer()
    await writeFile(join(photos, 'Huge jacket.jpg'), huge)
    const server = await startServer(
      loadConfig({ PORT: '0', DATA_DIR: join(folder, 'data'), ANALYSIS: 'local', MAX_PIXELS: '1000000' }),
      createLogger('silent'),
    )
    onTestFinished(() => server.stop())

    const { code, out } = await demo('--photos', photos, '--server', server.url)
    expect(code, out).toBe(1)
    expect(out).toMatch(/✗ every photo is stored and analysed: 5 of 6: .*jacket: too-many-pixels/i)
    expect(out).toMatch(/✗ 1 of \d+ claims do not hold/)
    expect(out).toMatch(/✓ phone and tablet show the same: all 6 garments/)
  })

  test('ends with 1 where the server does not answer or there are no pictures to show', async () => {
    const [nobody, empty] = await Promise.all([
      demo('--server', 'http://127.0.0.1:9'),
      demo('--photos', folder),
    ])
    expect(nobody).toMatchObject({ code: 1, out: expect.stringContaining('does not answer') })
    expect(empty).toMatchObject({ code: 1, out: expect.stringContaining('the demo needs 3 pictures') })
  })

  test('explains itself, and ends with 2 at a wrong command line', async () => {
    const [help, wrong] = await Promise.all([demo('--help'), demo('--count', 'many')])
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining('--photos DIR') })
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('--count many') })
  })
})
