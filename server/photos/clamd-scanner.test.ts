import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Clamd, clamdFault, startClamd } from '../testing/clamd.js'
import { drawGarment } from '../testing/pictures.js'
import { createClamdScanner } from './clamd-scanner.js'

const picture = await drawGarment({ color: '#336699' })
const infected = Buffer.concat([picture, Buffer.from('a file that the test’s signatures know')])
const fault = clamdFault()

describe.skipIf(fault !== null)(`a real clamd${fault === null ? '' : ` (skipped: ${fault})`}`, () => {
  let clamd: Clamd
  beforeAll(async () => {
    clamd = await startClamd(infected, 1_000_000)
  }, 60_000)
  afterAll(() => clamd?.close())

  test('[PH5] a clean picture passes, one it knows is named, over and over', async () => {
    const scanner = createClamdScanner({ url: clamd.url })
    const found = await Promise.all(
      [picture, infected, picture, infected].map((bytes) => scanner.scan(bytes)),
    )
    // clamd marks a hit of somebody's own signatures
    const named = expect.stringMatching(/^the malware scan found Modaics\.Test-1/)
    expect(found).toEqual([null, named, null, named])
  })

  test('[PH5] a file that it does not look at is not let in unseen', async () => {
    const scan = createClamdScanner({ url: clamd.url }).scan(Buffer.alloc(3_000_000, 7))
    await expect(scan).rejects.toMatchObject({
      code: 'unavailable',
      // clamd’s own words, where they come before its reset does
      detail: expect.stringMatching(/size limit exceeded|StreamMaxLength/),
    })
  })
})

describe('a clamd that misbehaves', () => {
  let server: Server | undefined
  afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())))

  const scannerOf = async (serve: (socket: Socket) => void, timeoutMs = 5_000) => {
    server = createServer((socket) => {
      socket.on('error', () => {})
      serve(socket)
    })
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    return createClamdScanner({
      url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      timeoutMs,
    })
  }
  const afterAllBytes = (answer: string) => (socket: Socket) => {
    let got = Buffer.alloc(0)
    socket.on('data', (part) => {
      got = Buffer.concat([got, part])
      if (got.subarray(-4).equals(Buffer.alloc(4))) socket.end(answer)
    })
  }

  test('the bytes reach it in chunks, each after its length', async () => {
    let got = Buffer.alloc(0)
    const scanner = await scannerOf((socket) => {
      socket.on('data', (part) => {
        got = Buffer.concat([got, part])
        if (got.subarray(-4).equals(Buffer.alloc(4))) socket.write('stream: OK\0')
      })
    })
    const bytes = Buffer.alloc(150_000, 5)
    expect(await scanner.scan(bytes)).toBeNull()
    expect(got.subarray(0, 10).toString()).toBe('zINSTREAM\0')
    const sent: Buffer[] = []
    for (let at = 10; ; ) {
      const length = got.readUInt32BE(at)
      if (length === 0) break
      sent.push(got.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
    expect(Buffer.concat(sent).equals(bytes)).toBe(true)
  })

  test.each([
    ['silence', (socket: Socket) => void socket.resume(), 'did not answer in time'],
    ['a hang-up', (socket: Socket) => void socket.destroy(), 'answered: nothing'],
    ['nonsense', afterAllBytes('what?\0'), 'answered: what?'],
    ['an error', afterAllBytes('stream: Can’t allocate memory ERROR\0'), 'memory ERROR'],
  ])('[PH5] %s is unavailable: nothing is let in that was not looked at', async (_, serve, words) => {
    const scanner = await scannerOf(serve, 300)
    await expect(scanner.scan(Buffer.alloc(100_000, 1))).rejects.toMatchObject({ code: 'unavailable' })
    if (words !== 'answered: nothing')
      await expect(scanner.scan(Buffer.alloc(100_000, 1))).rejects.toMatchObject({
        detail: expect.stringContaining(words),
      })
  })

  test('nobody there is unavailable', async () => {
    for (const url of ['tcp://127.0.0.1:1', 'unix:///nowhere/clamd.sock'])
      await expect(createClamdScanner({ url }).scan(picture)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
