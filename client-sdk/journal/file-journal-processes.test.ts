import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFileJournal } from './file-journal.js'

let folder: string
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modaics-journal-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

describe('a file journal and other processes', () => {
  const spawnScript = (
    script: string,
  ): { child: ChildProcess; lines: () => string[]; ended: Promise<void> } => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--conditions=@modaics/source', '--input-type=module', '-e', script],
      { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('../..', import.meta.url)) },
    )
    children.push(child)
    let text = ''
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString()
    })
    return {
      child,
      lines: () => text.split('\n').slice(0, -1),
      ended: new Promise((resolve) => child.once('close', () => resolve())),
    }
  }
  const module = new URL('./file-journal.ts', import.meta.url).href

  test('[JO7] a second process, and a second use in this one, are refused with `storage-locked`', async () => {
    const journal = await openFileJournal(folder)
    await expect(openFileJournal(folder)).rejects.toMatchObject({ code: 'storage-locked' })
    const other = spawnScript(`
      const { openFileJournal } = await import(${JSON.stringify(module)})
      console.log(await openFileJournal(${JSON.stringify(folder)}).then(() => 'opened', (e) => e.code))`)
    await other.ended
    expect(other.lines()).toEqual(['storage-locked'])
    await journal.append({ update: Uint8Array.of(1) })
    await journal.close()
  })

  test('[JO2] kill -9 in the middle of appends and compactions loses nothing that was acknowledged', async () => {
    for (let round = 0; round < 3; round++) {
      await rm(folder, { recursive: true })
      const other = spawnScript(`
        import { writeSync } from 'node:fs'
        const { openFileJournal } = await import(${JSON.stringify(module)})
        const journal = await openFileJournal(${JSON.stringify(folder)})
        const concat = (updates) => Buffer.concat(updates)
        for (let i = 0; ; i += 3) {
          await Promise.all([0, 1, 2].map(async (k) => {
            const update = Buffer.alloc(4 + ((i * 37) % 500))
            update.writeUInt32LE(i + k)
            await journal.append({ update: update.subarray(0, 4), meta: { last: i + k, pad: 'x'.repeat(update.length) } })
            writeSync(1, (i + k) + '\\n')
          }))
          if (i % 60 === 0) await journal.compact(concat)
        }`)
      // As many as it takes to be in the middle of it; another number each time.
      while (other.lines().length < 200 * (round + 1)) {
        expect(other.child.exitCode).toBeNull()
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      other.child.kill('SIGKILL')
      await other.ended
      const acknowledged = other.lines().map(Number)
      const journal = await openFileJournal(folder)
      const content = await journal.load()
      await journal.close()
      const all = Buffer.concat(content.updates as Uint8Array[])
      const stored = Array.from({ length: all.length / 4 }, (_, i) => all.readUInt32LE(i * 4))
      expect(stored).toEqual(Array.from({ length: stored.length }, (_, i) => i))
      expect(stored.length).toBeGreaterThanOrEqual(Math.max(...acknowledged) + 1)
      expect(content.damage).toBeNull()
      expect(content.meta.last).toBe(stored.length - 1)
    }
  })
})
