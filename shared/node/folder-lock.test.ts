import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockFolder } from './folder-lock.js'
import { ownIdentity } from './process-identity.js'

const MODULE = pathToFileURL(fileURLToPath(new URL('./folder-lock.ts', import.meta.url))).href

let folder: string
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modaics-lock-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

/** A process that tries to take the lock, says `locked` or the error's code, and keeps it until it is killed. */
function contender(): { child: ChildProcess; answer: Promise<string>; ended: Promise<void> } {
  const script = `
    const { lockFolder } = await import(${JSON.stringify(MODULE)})
    try { await lockFolder(${JSON.stringify(folder)}); console.log('locked') } catch (e) { console.log(e.code ?? String(e)) }
    setInterval(() => {}, 1000)`
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@modaics/source', '--input-type=module', '-e', script],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('../..', import.meta.url)) },
  )
  children.push(child)
  const answer = new Promise<string>((resolve) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()))
    child.once('exit', (code) => resolve(`exit ${code}`))
  })
  return { child, answer, ended: new Promise((resolve) => child.once('exit', () => resolve())) }
}

async function plantClaim(claim: object, ageMs = 0): Promise<void> {
  const claims = join(folder, 'lock')
  await mkdir(claims, { recursive: true })
  await writeFile(join(claims, '0000.claim'), JSON.stringify(claim))
  await writeFile(join(claims, '0000.held'), '')
  const at = new Date(Date.now() - ageMs)
  await utimes(join(claims, '0000.claim'), at, at)
}

describe('lockFolder', () => {
  test('makes the folder, has one holder within a process, and is free after release', async () => {
    const nested = join(folder, 'a', 'b')
    const lock = await lockFolder(nested)
    expect(lock.held()).toBe(true)
    await expect(lockFolder(nested)).rejects.toMatchObject({
      code: 'storage-locked',
      detail: expect.stringContaining(`process ${process.pid} on `),
    })
    await lock.release()
    await lock.release()
    expect(lock.held()).toBe(false)
    expect(await readdir(join(nested, 'lock'))).toEqual([])
    await (await lockFolder(nested)).release()
  })

  test('of many that want it at once exactly one gets it', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)))
    const won = results.filter((result) => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'storage-locked' })
    await won[0]?.value.release()
  })

  test('another process is refused, and gets it at once after the holder is killed with -9', async () => {
    const first = contender()
    expect(await first.answer).toBe('locked')
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'storage-locked',
      detail: expect.stringContaining(`process ${first.child.pid} on `),
    })
    const second = contender()
    expect(await second.answer).toBe('storage-locked')
    first.child.kill('SIGKILL')
    await first.ended
    const lock = await lockFolder(folder)
    await lock.release()
  })

  test('after a holder died, exactly one of several processes takes over', async () => {
    const first = contender()
    expect(await first.answer).toBe('locked')
    first.child.kill('SIGKILL')
    await first.ended
    const answers = await Promise.all(Array.from({ length: 4 }, () => contender().answer))
    expect(answers.sort()).toEqual(['locked', 'storage-locked', 'storage-locked', 'storage-locked'])
  })

  test.skipIf(ownIdentity().machine === null)(
    'a pid that was given to another process is not taken for the holder (needs /proc)',
    async () => {
      await plantClaim({ ...ownIdentity(), started: '1' })
      await (await lockFolder(folder)).release()
    },
  )

  test('a holder on another machine is judged by its heartbeat', async () => {
    const elsewhere = { ...ownIdentity(), host: 'elsewhere', machine: 'another' }
    await plantClaim(elsewhere, 10_000)
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'storage-locked',
      detail: expect.stringContaining('on elsewhere'),
    })
    await plantClaim(elsewhere, 60_000)
    await (await lockFolder(folder)).release()
  })

  test('without /proc a running pid keeps its lock while it beats, and a dead one does not', async () => {
    // What a machine without /proc writes, read on one that has it: pids mean nothing, so the heartbeat decides.
    const claim = { ...ownIdentity(), machine: null, started: null }
    await plantClaim(claim, 1_000)
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'storage-locked' })
  })

  test('a damaged claim holds the folder until it is old', async () => {
    await mkdir(join(folder, 'lock'), { recursive: true })
    await writeFile(join(folder, 'lock', '0000.claim'), '{"pi')
    await writeFile(join(folder, 'lock', '0000.held'), '')
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'storage-locked' })
    await utimes(join(folder, 'lock', '0000.claim'), new Date(0), new Date(0))
    await (await lockFolder(folder)).release()
  })

  test('a claim names its process', async () => {
    const lock = await lockFolder(folder)
    const [name = ''] = (await readdir(join(folder, 'lock'))).filter((file) => file.endsWith('.claim'))
    expect(JSON.parse(await readFile(join(folder, 'lock', name), 'utf8'))).toMatchObject(ownIdentity())
    await lock.release()
  })
})
