import { ModaicsError, type Photo } from '@modaics/shared'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createMemoryPhotoFiles } from './photo-files.js'
import type { SendPicture } from './send-picture.js'
import { createUploadQueue, type UploadQueue } from './upload-queue.js'

type Row = Pick<Photo, 'id' | 'hash' | 'bytes' | 'storedAt' | 'analysedAt' | 'deletedAt' | 'failure'>

describe('the upload queue', () => {
  const queues: UploadQueue[] = []
  afterEach(async () => {
    for (const queue of queues.splice(0)) await queue.close()
  })

  async function device(count: number) {
    const files = createMemoryPhotoFiles()
    const rows: Row[] = []
    for (let i = 0; i < count; i++) {
      const hash = `hash-${i}`
      await files.put(hash, new Uint8Array(100))
      rows.push({
        id: `p${i}`,
        hash,
        bytes: 100,
        storedAt: null,
        analysedAt: null,
        deletedAt: null,
        failure: null,
      })
    }
    return { files, rows, photos: () => rows as unknown as readonly Photo[] }
  }
  type Device = Awaited<ReturnType<typeof device>>

  function start({ files, photos }: Device, send: SendPicture, isMetered = () => false): UploadQueue {
    const queue = createUploadQueue({ send, files, photos, isMetered, onChange: () => {} })
    queues.push(queue)
    return queue
  }
  /** Answers when told to. */
  function gate() {
    const sent: string[] = []
    const waiting: { hash: string; onSent: (bytes: number) => void; end: (error?: Error) => void }[] = []
    const send: SendPicture = (hash, _, onSent, signal) => {
      sent.push(hash)
      return new Promise((resolve, reject) => {
        const end = (error?: Error): void => (error ? reject(error) : resolve())
        signal.addEventListener('abort', () => reject(new Error('broken off')))
        waiting.push({ hash, onSent, end })
      })
    }
    const next = () => vi.waitUntil(() => waiting.shift())
    return { send, sent, next }
  }

  test('[PH10] one after the other, with progress of each and of all', async () => {
    const phone = await device(3)
    const { send, next } = gate()
    const queue = start(phone, send)
    const [first] = phone.photos()
    expect(queue.progress()).toMatchObject({ state: 'offline', waiting: 3, sentBytes: 0, totalBytes: 300 })
    queue.resume()
    const one = await next()
    expect([queue.state(first!), queue.progressOf(first!)]).toEqual(['uploading', 0])
    one.onSent(40)
    expect(queue.progressOf(first!)).toBe(0.4)
    expect(queue.progress()).toEqual({
      state: 'sending',
      waiting: 3,
      failed: 0,
      sentBytes: 40,
      totalBytes: 300,
    })
    one.end()
    const two = await next()
    expect([queue.state(first!), queue.progressOf(first!)]).toEqual(['stored', 1])
    expect(queue.progress()).toMatchObject({ waiting: 2, sentBytes: 100, totalBytes: 300 })
    two.end()
    ;(await next()).end()
    await vi.waitFor(() => expect(queue.progress()).toMatchObject({ state: 'done', waiting: 0 }))
  })

  test('[PH10] paused by a person it breaks off and sends nothing, whatever the connection does; then it goes on', async () => {
    const phone = await device(2)
    const { send, sent, next } = gate()
    const queue = start(phone, send)
    queue.resume()
    await next()
    queue.hold(true)
    queue.pause()
    queue.resume()
    queue.wake()
    await vi.waitFor(() => expect(queue.state(phone.photos()[0]!)).toBe('local'))
    expect([sent, queue.progress().state]).toEqual([['hash-0'], 'paused'])
    queue.hold(false)
    ;(await next()).end()
    ;(await next()).end()
    expect(sent).toEqual(['hash-0', 'hash-0', 'hash-1'])
  })

  test('[PH10] a connection that costs money is waited out', async () => {
    const phone = await device(1)
    const { send, sent, next } = gate()
    let metered = true
    const queue = start(phone, send, () => metered)
    queue.resume()
    expect([sent, queue.progress().state]).toEqual([[], 'metered'])
    metered = false
    queue.wake()
    ;(await next()).end()
  })

  test('[PH10] what may pass is tried again, after twice the time with each failure and at most a minute', async () => {
    vi.useFakeTimers()
    try {
      const phone = await device(1)
      let tries = 0
      const queue = start(phone, async () => {
        tries++
        throw new ModaicsError('offline', 'there is no connection')
      })
      queue.resume()
      const waits: number[] = []
      for (let i = 0; i < 9; i++) {
        await vi.advanceTimersByTimeAsync(0)
        const before = tries
        let waited = 0
        while (tries === before) {
          await vi.advanceTimersByTimeAsync(500)
          waited += 500
        }
        waits.push(waited)
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000))
      expect(queue.progress()).toMatchObject({ waiting: 1, failed: 0 })
      // a connection that comes back is not waited for any longer
      const before = tries
      queue.resume()
      await vi.advanceTimersByTimeAsync(0)
      expect(tries).toBe(before + 1)
    } finally {
      vi.useRealTimers()
    }
  })

  test('[PH10] after a restart it sends what nobody has seen stored, and nothing else', async () => {
    const phone = await device(4)
    const first = gate()
    const before = start(phone, first.send)
    before.resume()
    ;(await first.next()).end()
    await first.next() // it dies while the second is under way
    await before.close()
    phone.rows[0] = { ...phone.rows[0]!, storedAt: 5 }
    phone.rows[3] = { ...phone.rows[3]!, deletedAt: 5 }
    const second = gate()
    const after = start(phone, second.send)
    after.resume()
    ;(await second.next()).end()
    ;(await second.next()).end()
    await vi.waitFor(() => expect(after.progress().state).toBe('done'))
    expect(second.sent).toEqual(['hash-1', 'hash-2'])
  })

  test('what the server refuses fails with its reason and does not hold up the others; it can be tried again', async () => {
    const phone = await device(2)
    const { send, sent, next } = gate()
    const queue = start(phone, send)
    queue.resume()
    ;(await next()).end(new ModaicsError('quarantined', 'the malware scan found Eicar'))
    ;(await next()).end()
    const [bad] = phone.photos()
    await vi.waitFor(() => expect(queue.progress()).toMatchObject({ state: 'done', failed: 1 }))
    expect([queue.state(bad!), queue.failure(bad!)]).toEqual([
      'failed',
      { code: 'quarantined', detail: 'the malware scan found Eicar' },
    ])
    queue.retry('p0')
    ;(await next()).end()
    expect(sent).toEqual(['hash-0', 'hash-1', 'hash-0'])
  })

  test('a picture that the server has lost is sent again', async () => {
    const phone = await device(1)
    const { send, sent, next } = gate()
    const queue = start(phone, send)
    queue.resume()
    ;(await next()).end()
    phone.rows[0] = { ...phone.rows[0]!, storedAt: 5 }
    await vi.waitFor(() => expect(queue.progress().state).toBe('done'))
    phone.rows[0] = { ...phone.rows[0]!, storedAt: null }
    queue.wake()
    ;(await next()).end()
    expect(sent).toEqual(['hash-0', 'hash-0'])
  })
})
