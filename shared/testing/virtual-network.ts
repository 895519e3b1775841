import type { VirtualProcess, VirtualTime } from './virtual-time.js'

/** One end of a connection. Packets arrive whole and in the order in which they were sent, or the connection ends. */
export interface VirtualEndpoint {
  readonly process: VirtualProcess
  /** @param label what the trace shows of it */
  send(packet: unknown, label: string): void
  onPacket: (packet: unknown) => void
  /** The other end is gone, or nobody was there. */
  onEnd: (reason: 'reset' | 'refused' | 'timeout') => void
  /** Ends it; the other end hears of it. */
  destroy(): void
}

/** What one way between two hosts is like. */
export interface VirtualLink {
  /** packets wait until it is open again, as they are sent again by TCP */
  blocked: boolean
  /** ms, a new number for each packet */
  latency: () => number
}

export type Accept = (endpoint: VirtualEndpoint, hello: unknown) => void

/** Hosts, the ways between them, and connections that behave as TCP does where the network does not. */
export interface VirtualNetwork {
  /** packets that came before one that had left earlier the same way, on another connection */
  readonly overtaken: number
  link(from: string, to: string): VirtualLink
  /** Blocks or opens one way; what waits arrives. */
  block(from: string, to: string, blocked: boolean): void
  /** `process` takes connections to the host from now on. */
  listen(host: string, process: VirtualProcess, accept: Accept): void
  /** Its process has ended: its connections are reset; `silently` (the power is gone), they are not. */
  stop(host: string, process: VirtualProcess, silently: boolean): void
  /** @param hello what arrives with the connection */
  connect(from: string, process: VirtualProcess, to: string, hello: unknown): VirtualEndpoint
  /** Ends connections between two hosts: both ends are told, or neither (`half-open`). Returns how many there were. */
  cut(host: string, other: string, how: 'reset' | 'half-open'): number
}

/** Linux gives up a connection that nobody answers after this. */
const CONNECT_TIMEOUT_MS = 127_000

interface Side extends VirtualEndpoint {
  readonly host: string
  open: boolean
  /** when the last packet that it sent arrives: the next comes after it */
  arrives: number
}

interface Connection {
  readonly client: Side
  server: Side | null
  /** packets vanish, and nobody is told */
  lost: boolean
}

interface Held {
  readonly from: string
  readonly to: string
  readonly process: VirtualProcess | null
  readonly label: string
  readonly arrive: () => void
}

export function createVirtualNetwork(time: VirtualTime, latency: () => number): VirtualNetwork {
  const links = new Map<string, VirtualLink>()
  const hosts = new Map<string, { process: VirtualProcess; accept: Accept }>()
  const dark = new Set<string>()
  const connections = new Set<Connection>()
  let held: Held[] = []
  /** when the latest packet of each way comes */
  const latest = new Map<VirtualLink, number>()
  let overtaken = 0

  function link(from: string, to: string): VirtualLink {
    const key = `${from}>${to}`
    let found = links.get(key)
    if (!found) {
      found = { blocked: false, latency }
      links.set(key, found)
    }
    return found
  }

  /** Runs `arrive` for the process when a packet sent now has come through. */
  function carry(
    sender: Side,
    to: string,
    process: VirtualProcess | null,
    label: string,
    arrive: () => void,
  ): void {
    const way = link(sender.host, to)
    sender.arrives = Math.max(sender.arrives, time.now + way.latency())
    if (sender.arrives < (latest.get(way) ?? 0)) overtaken++
    else latest.set(way, sender.arrives)
    time.at(process, sender.arrives - time.now, label, () => {
      const waits = held.some((one) => one.from === sender.host && one.to === to)
      if (way.blocked || waits) held.push({ from: sender.host, to, process, label, arrive })
      else arrive()
    })
  }

  function sideOf(host: string, process: VirtualProcess, connection: () => Connection): Side {
    const side: Side = {
      host,
      process,
      open: true,
      arrives: 0,
      onPacket() {},
      onEnd() {},
      send(packet, label) {
        const { client, server, lost } = connection()
        const peer = side === client ? server : client
        if (!side.open || !side.process.alive || lost || !peer) return
        carry(side, peer.host, peer.process, `${label} from ${host}`, () => {
          if (connection().lost) return
          if (peer.open && peer.process.alive) peer.onPacket(packet)
        })
        // Nobody is there any more to take it: a host that runs says so.
        if (!peer.process.alive && !dark.has(peer.host)) tell(side, peer.host)
      },
      destroy() {
        if (!side.open) return
        side.open = false
        const { client, server, lost } = connection()
        const peer = side === client ? server : client
        if (!peer) connections.delete(connection())
        else if (!lost && side.process.alive) tell(peer, side.host, side)
      },
    }
    return side
  }

  /** The side hears that its peer is gone. */
  function tell(side: Side, from: string, sender: Side = { ...side, host: from, arrives: 0 }): void {
    carry(sender, side.host, side.process, `end from ${from}`, () => end(side, 'reset'))
  }

  function end(side: Side, reason: 'reset' | 'refused' | 'timeout'): void {
    if (!side.open) return
    side.open = false
    side.onEnd(reason)
  }

  return {
    get overtaken() {
      return overtaken
    },
    link,
    block(from, to, blocked) {
      link(from, to).blocked = blocked
      if (blocked) return
      const free = held.filter((one) => one.from === from && one.to === to)
      held = held.filter((one) => !free.includes(one))
      for (const { process, label, arrive } of free) time.at(process, 0, label, arrive)
    },
    listen(host, process, accept) {
      dark.delete(host)
      hosts.set(host, { process, accept })
    },
    stop(host, process, silently) {
      if (hosts.get(host)?.process === process) hosts.delete(host)
      if (silently) dark.add(host)
      else dark.delete(host)
      for (const connection of connections)
        for (const side of [connection.client, connection.server]) {
          if (side?.process !== process) continue
          const peer = side === connection.client ? connection.server : connection.client
          if (peer && !silently && !connection.lost && side.open) tell(peer, host, side)
          side.open = false
        }
    },
    connect(from, process, to, hello) {
      const connection: Connection = {
        client: sideOf(from, process, () => connection),
        server: null,
        lost: false,
      }
      connections.add(connection)
      const { client } = connection
      time.at(process, CONNECT_TIMEOUT_MS, 'connect timeout', () => {
        if (!connection.server) end(client, 'timeout')
      })
      // The listener is looked for on arrival, on behalf of whoever is there then.
      carry(client, to, null, `connect ${from} to ${to}`, () => {
        const listener = hosts.get(to)
        if (!client.open || connection.lost) return
        if (!listener?.process.alive) {
          if (!dark.has(to))
            carry({ ...client, host: to, arrives: 0 }, from, process, 'refused', () => end(client, 'refused'))
          return
        }
        const server = sideOf(to, listener.process, () => connection)
        connection.server = server
        time.at(listener.process, 0, `accept ${from}`, () => listener.accept(server, hello))
      })
      return client
    },
    cut(host, other, how) {
      let count = 0
      for (const connection of connections) {
        const { client, server } = connection
        const ends = [client.host, server?.host]
        if (!server || !client.open || connection.lost || !ends.includes(host) || !ends.includes(other))
          continue
        count++
        connection.lost = true
        if (how === 'reset')
          for (const side of [client, server]) time.at(side.process, 0, 'reset', () => end(side, 'reset'))
      }
      return count
    },
  }
}
