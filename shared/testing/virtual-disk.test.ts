import { expect, test } from 'vitest'
import { createPrng } from './prng.js'
import { createVirtualDisk, type VirtualDisk, type VirtualFileHandle } from './virtual-disk.js'
import { createVirtualTime, type VirtualTime } from './virtual-time.js'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

function setUp() {
  const time = createVirtualTime(0, settle)
  const disk = createVirtualDisk(time)
  const process = time.spawn('program', createPrng(1))
  return { time, disk, process, fs: disk.open(process) }
}

/** What a promise came to, when no event is left. */
async function after<T>(time: VirtualTime, promise: Promise<T>): Promise<T | 'never'> {
  let outcome: { value: T } | { error: unknown } | null = null
  promise.then(
    (value) => {
      outcome = { value }
    },
    (error: unknown) => {
      outcome = { error }
    },
  )
  await time.run(Number.POSITIVE_INFINITY)
  const got = outcome as { value: T } | { error: unknown } | null
  if (got && 'error' in got) throw got.error
  return got ? got.value : 'never'
}

async function opened({ time, fs }: ReturnType<typeof setUp>, path: string): Promise<VirtualFileHandle> {
  const file = await after(time, fs.open(path, 'w+'))
  if (file === 'never') throw new Error('not opened')
  return file
}

const sizeOf = (disk: VirtualDisk, path: string): number | undefined => disk.read(path)?.length

test('what is written is read; a kill takes nothing of it', async () => {
  const world = setUp()
  const file = await opened(world, '/a/log')
  await after(world.time, file.write(bytes(1, 2, 3), 0, 3, 0))
  world.disk.crash('kill', createPrng(1))
  expect(world.disk.read('/a/log')).toEqual(bytes(1, 2, 3))
  expect(await after(world.time, world.fs.readdir('/a'))).toEqual(['log'])
})

test('a power cut takes what was not synced: the end first, at any byte, and names too', async () => {
  const sizes = new Set<number | undefined>()
  for (let seed = 0; seed < 200; seed++) {
    const world = setUp()
    const file = await opened(world, '/a/log')
    await after(world.time, file.write(bytes(1, 2, 3), 0, 3, 0))
    await after(world.time, file.datasync())
    await after(world.time, file.write(bytes(4, 5, 6), 0, 3, 3))
    world.disk.crash('power', createPrng(seed))
    const left = world.disk.read('/a/log')
    if (left) expect(left).toEqual(bytes(1, 2, 3, 4, 5, 6).slice(0, left.length))
    sizes.add(left?.length)
  }
  // Gone where the folder was not synced, and otherwise all that was synced and some of the rest.
  expect([...sizes].map(String).sort()).toEqual(['3', '4', '5', '6', 'undefined'])
})

test('a name is kept once its folder is synced', async () => {
  for (let seed = 0; seed < 50; seed++) {
    const world = setUp()
    await opened(world, '/a/log')
    const folder = await after(world.time, world.fs.open('/a', 'r'))
    if (folder === 'never') throw new Error('not opened')
    await after(world.time, folder.sync())
    world.disk.crash('power', createPrng(seed))
    expect(sizeOf(world.disk, '/a/log')).toBe(0)
  }
})

test('a crash in the middle of a write leaves any beginning of it, and its promise never settles', async () => {
  const sizes = new Set<number | undefined>()
  for (let seed = 0; seed < 100; seed++) {
    const world = setUp()
    const file = await opened(world, '/a/log')
    const written = file.write(bytes(1, 2, 3), 0, 3, 0)
    world.time.kill(world.process)
    world.disk.crash('kill', createPrng(seed))
    expect(await after(world.time, written)).toBe('never')
    sizes.add(sizeOf(world.disk, '/a/log'))
  }
  expect([...sizes].sort()).toEqual([0, 1, 2, 3])
})

test('a full disk takes what fits, then ENOSPC; a failing one answers EIO', async () => {
  const world = setUp()
  const file = await opened(world, '/a/log')
  world.disk.capacity = 4
  expect(await after(world.time, file.write(bytes(1, 2, 3, 4, 5, 6), 0, 6, 0))).toEqual({ bytesWritten: 4 })
  await expect(after(world.time, file.write(bytes(7), 0, 1, 4))).rejects.toMatchObject({ code: 'ENOSPC' })
  world.disk.failing = true
  await expect(after(world.time, file.datasync())).rejects.toMatchObject({ code: 'EIO' })
})
