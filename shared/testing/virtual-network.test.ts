import { expect, test } from 'vitest'
import { createPrng } from './prng.js'
import { createVirtualNetwork, type VirtualEndpoint } from './virtual-network.js'
import { createVirtualTime } from './virtual-time.js'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function setUp() {
  const random = createPrng(3)
  const time = createVirtualTime(0, settle)
  const network = createVirtualNetwork(time, () => 1 + random.below(100))
  const server = time.spawn('server', random)
  const client = time.spawn('client', random)
  const heard: unknown[] = []
  const accepted: VirtualEndpoint[] = []
  const ends: string[] = []
  network.listen('server', server, (endpoint) => {
    accepted.push(endpoint)
    endpoint.onPacket = (packet) => {
      expect(time.current).toBe(server)
      heard.push(packet)
    }
    endpoint.onEnd = (reason) => ends.push(`server ${reason}`)
  })
  const connect = (): VirtualEndpoint => {
    const endpoint = network.connect('client', client, 'server', 'hello')
    endpoint.onEnd = (reason) => ends.push(`client ${reason}`)
    return endpoint
  }
  return { time, network, server, client, heard, accepted, ends, connect }
}

test('packets arrive in their order, whatever each one takes', async () => {
  const { time, connect, heard } = setUp()
  const endpoint = connect()
  await time.run(500)
  for (let i = 0; i < 50; i++) endpoint.send(i, 'number')
  await time.run(1_000)
  expect(heard).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

test('one way can be blocked: packets wait and arrive later, in order', async () => {
  const { time, network, connect, heard, accepted } = setUp()
  const endpoint = connect()
  const back: unknown[] = []
  endpoint.onPacket = (packet) => back.push(packet)
  await time.run(500)
  network.block('client', 'server', true)
  endpoint.send(1, '')
  endpoint.send(2, '')
  accepted[0]?.send('other way', '')
  await time.run(2_000)
  expect({ heard, back }).toEqual({ heard: [], back: ['other way'] })
  network.block('client', 'server', false)
  await time.run(3_000)
  expect(heard).toEqual([1, 2])
})

test('a connection is reset at both ends, or at neither', async () => {
  const { time, network, connect, heard, ends } = setUp()
  connect()
  await time.run(500)
  expect(network.cut('client', 'server', 'reset')).toBe(1)
  await time.run(1_000)
  expect(ends.sort()).toEqual(['client reset', 'server reset'])
  const second = connect()
  await time.run(1_500)
  network.cut('client', 'server', 'half-open')
  second.send('lost', '')
  await time.run(200_000)
  expect({ heard, ends: ends.length }).toEqual({ heard: [], ends: 2 })
})

test('a dead process is noticed, a host without power is not', async () => {
  const { time, network, server, connect, ends } = setUp()
  connect()
  await time.run(500)
  time.kill(server)
  network.stop('server', server, false)
  await time.run(1_000)
  expect(ends).toEqual(['client reset'])
  connect()
  await time.run(2_000)
  expect(ends.at(-1)).toBe('client refused')
  network.stop('server', server, true)
  connect()
  await time.run(3_000)
  expect(ends).toHaveLength(2)
  await time.run(200_000)
  expect(ends.at(-1)).toBe('client timeout')
})
