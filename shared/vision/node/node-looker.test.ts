import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { EYES_FILE } from '../eyes-file.js'
import { EYES_VERSION } from '../eyes-version.js'
import { createLooker } from '../looker.js'
import { createNodeLooker, toLookThread } from './node-looker.js'

const SIDE = 60

/** Cloth of one colour in the middle of a pale floor. */
function cloth(color: readonly [number, number, number]) {
  const data = new Uint8Array(SIDE * SIDE * 4)
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const there = x > 15 && x < 45 && y > 8 && y < 52
      data.set([...(there ? color : [214, 205, 190]), 255], (y * SIDE + x) * 4)
    }
  return { data, width: SIDE, height: SIDE }
}

const green = cloth([47, 125, 79])
const threadOf = (script: string) => () => toLookThread(new Worker(script, { eval: true }))

describe('the thread that looks at pictures', () => {
  test('[LV3] looks while the asking thread goes on', async () => {
    const looker = createNodeLooker()
    let turns = 0
    const ticking = setInterval(() => turns++, 1)
    const seen = await looker.look(green)
    clearInterval(ticking)
    expect(seen.colors?.value[0]?.name).toContain('green')
    expect(seen.kinds).toHaveLength(3)
    expect(looker.blind).toBeNull()
    expect(turns).toBeGreaterThan(1)
    looker.close()
  })

  test('[LV4] without the file of weights it sees colours, and says why not more', async () => {
    const looker = createNodeLooker(new URL('file:///nowhere/eyes.bin'))
    const seen = await looker.look(green)
    expect(Object.keys(seen)).toEqual(['colors'])
    expect(looker.blind).toContain('ENOENT')
    looker.close()
  })

  test('[LV3] a thread that ended is an error to those who wait, and another one serves the next', async () => {
    const answers =
      "require('node:worker_threads').parentPort.on('message', ({ id }) => require('node:worker_threads').parentPort.postMessage({ id, ok: true, value: {} }))"
    const scripts = ['setTimeout(() => process.exit(3), 0)', answers]
    const looker = createLooker(() => threadOf(scripts.shift() ?? '')())
    await expect(looker.look(green)).rejects.toThrow('ended with 3')
    expect(await looker.look(green)).toEqual({})
    expect(scripts).toEqual([])
    looker.close()
  })

  test('whoever stops waiting is told at once, and so are all when it is closed', async () => {
    const looker = createLooker(threadOf('setInterval(() => {}, 1000)'))
    const abort = new AbortController()
    const looked = looker.look(green, abort.signal)
    const other = looker.look(green)
    abort.abort(new Error('the server is stopping'))
    await expect(looked).rejects.toThrow('the server is stopping')
    looker.close()
    await expect(other).rejects.toThrow('nobody looks any more')
  })

  test('the version is that of the file', () => {
    const sha256 = createHash('sha256').update(readFileSync(EYES_FILE)).digest('hex')
    expect(sha256.slice(0, 12)).toBe(EYES_VERSION)
  })
})
