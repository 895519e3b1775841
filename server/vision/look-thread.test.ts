import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { drawGarment } from '../testing/pictures.js'
import { createLookThread } from './look-thread.js'

const patient = new AbortController().signal

describe('the thread that looks at pictures', () => {
  test('[LV3] looks while the asking thread goes on, and a picture that cannot be read spoils no other', async () => {
    const thread = createLookThread()
    const green = await drawGarment({ color: '#2f7d4f' })
    let turns = 0
    const ticking = setInterval(() => turns++, 1)
    const [broken, seen] = await Promise.allSettled([
      thread.look(new Uint8Array([1, 2, 3]), patient),
      thread.look(green, patient),
    ])
    clearInterval(ticking)
    expect(broken.status).toBe('rejected')
    expect(seen.status === 'fulfilled' && seen.value.colors?.value[0]?.name).toContain('green')
    expect(seen.status === 'fulfilled' && seen.value.kinds?.length).toBe(3)
    expect(turns).toBeGreaterThan(1)
  })

  test('[LV3] a thread that ended is an error to those who wait, and another one serves the next', async () => {
    let started = 0
    const answers =
      "require('node:worker_threads').parentPort.on('message', ({ id }) => require('node:worker_threads').parentPort.postMessage({ id, ok: true, value: {} }))"
    const thread = createLookThread(
      () => new Worker(started++ === 0 ? 'setTimeout(() => process.exit(3), 0)' : answers, { eval: true }),
    )
    await expect(thread.look(new Uint8Array(1), patient)).rejects.toThrow('ended with 3')
    expect(await thread.look(new Uint8Array(1), patient)).toEqual({})
    expect(started).toBe(2)
  })

  test('whoever stops waiting is told at once', async () => {
    const thread = createLookThread(() => new Worker('setInterval(() => {}, 1000)', { eval: true }))
    const abort = new AbortController()
    const looked = thread.look(new Uint8Array(1), abort.signal)
    abort.abort(new Error('the server is stopping'))
    await expect(looked).rejects.toThrow('the server is stopping')
  })
})
