import { describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { tooGreedy, watchSocket } from './patience.js'

const BEAT = 15_000

function connection() {
  const raw = { bufferedAmount: 0 }
  const socket = { bytesRead: 100 }
  return { raw, socket, watched: watchSocket(raw as WebSocket, socket, 0) }
}

describe('a connection', () => {
  test('[SE2] that brings nothing from one look to the next is ended', () => {
    const { watched } = connection()
    expect(watched.isAlive(BEAT)).toBe(true)
    watched.heard()
    expect(watched.isAlive(2 * BEAT)).toBe(true)
    expect(watched.isAlive(3 * BEAT)).toBe(false)
  })

  test('[SE2] on a slow line has time for a large message, and not for ever', () => {
    const { watched, socket } = connection()
    let kept = 0
    for (let at = BEAT; at <= 20 * BEAT; at += BEAT) {
      socket.bytesRead += 10
      if (!watched.isAlive(at)) break
      kept = at
    }
    expect(kept).toBeGreaterThan(100_000)
    expect(kept).toBeLessThan(150_000)
    // A whole message is a new beginning.
    watched.heard()
    expect(watched.isAlive(21 * BEAT)).toBe(true)
    socket.bytesRead += 10
    expect(watched.isAlive(22 * BEAT)).toBe(true)
  })

  test('[SE2] counts for what it was sent and did not take, and what has come and is not whole', () => {
    const { watched, raw, socket } = connection()
    expect(watched.held()).toBe(0)
    raw.bufferedAmount = 1_000
    socket.bytesRead += 50
    expect(watched.held()).toBe(1_050)
    watched.heard()
    expect(watched.held()).toBe(1_000)
  })
})

test('[SE2] the greediest are ended first, and no more than need be', () => {
  const holding = [5, 100, 3, 80, 20].map((bytes) => ({ held: () => bytes, bytes }))
  const ended = (limit: number): number[] => tooGreedy(holding, limit).map(({ bytes }) => bytes)
  expect(ended(208)).toEqual([])
  expect(ended(207)).toEqual([100])
  expect(ended(30)).toEqual([100, 80])
  expect(ended(27)).toEqual([100, 80, 20])
})
