import {
  encodeClientHello,
  encodeSyncFrame,
  MESSAGE,
  ModaicsError,
  PROTOCOL_VERSION,
  packFrames,
  readCommits,
  SYNC,
  serverHelloSchema,
  unpackFrames,
} from '@modaics/shared'
import * as decoding from 'lib0/decoding'
import { z } from 'zod'
import type { Replica } from '../replica/replica.js'
import type { Account } from './account.js'

/** This device and the server hold different things at the same place of the log. */
export interface Divergence {
  /** the commit */
  readonly seq: number
  /** fingerprints: the server's, and what this device had */
  readonly expected: string
  readonly found: string
  /** whether they are the same again, after this device has read the log anew */
  readonly repaired: boolean
}

export interface VerifierOptions {
  readonly replica: Pick<Replica, 'index' | 'meta' | 'pending' | 'renew'>
  readonly account: Pick<Account, 'request'>
  readonly wardrobeId: string
  /** whether this tab has a connection that is up to date */
  readonly isOnline: () => boolean
  readonly onDivergence: (divergence: Divergence) => void
  /** between comparisons, ms */
  readonly everyMs?: number
}

/**
 * Compares this device's fingerprint with the server's from time to time, whenever nothing is under way. Where they differ at
 * the same commit, says so, reads the whole log anew, and compares again. [FP2]
 */
export interface Verifier {
  /**
   * Compares now. `busy`: something is under way, or the server could not be asked; `diverged`: not the same even after
   * reading the log anew.
   */
  check(): Promise<'same' | 'busy' | 'repaired' | 'diverged'>
  close(): void
}

/** Twice in a minute: the first comparison may find something under way. */
const EVERY_MS = 25_000
/** How long a repaired device has to come back online, before it is said that it has not been repaired. */
const RETRIES = 60
const RETRY_MS = 250
/** Records whose fingerprint is computed without a break. */
const SLICE = 500

const stateSchema = z.object({ epoch: z.number(), seq: z.number(), fingerprint: z.string() })

export function createVerifier(options: VerifierOptions): Verifier {
  const { replica, account, wardrobeId, isOnline, onDivergence, everyMs = EVERY_MS } = options
  let closed = false
  let checking: ReturnType<Verifier['check']> | null = null
  const timer = setInterval(() => {
    if (isOnline()) void check().catch(() => {}) // told where it matters: a server that cannot be reached is `status`
  }, everyMs)
  ;(timer as { unref?: () => void }).unref?.()

  const idle = (): boolean => !closed && isOnline() && replica.pending().count === 0

  function isAt({ epoch, seq }: { epoch: number; seq: number }): boolean {
    const { cursor } = replica.meta()
    // A wardrobe that nothing was ever written to has told no cursor.
    return cursor ? cursor.epoch === epoch && cursor.seq === seq : seq === 0
  }

  /** The server's fingerprint and ours, at the same commit; null where something is under way. */
  async function compare(): Promise<{ seq: number; expected: string; found: string } | null> {
    if (!idle()) return null
    const answer = await account.request(`/v1/wardrobes/${wardrobeId}/fingerprint`)
    const state = stateSchema.parse(await answer.json())
    while (!replica.index.prepareFingerprint(SLICE)) await new Promise((resolve) => setTimeout(resolve, 0))
    if (!idle() || !isAt(state)) return null
    return { seq: state.seq, expected: state.fingerprint, found: replica.index.fingerprint() }
  }

  async function readAnew(): Promise<void> {
    const body = packFrames([
      encodeClientHello({ protocol: PROTOCOL_VERSION, device: replica.meta().device, cursor: null }),
      encodeSyncFrame(SYNC.step1, new Uint8Array([0])),
    ])
    const answer = await account.request(`/v1/wardrobes/${wardrobeId}/sync`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: body as Uint8Array<ArrayBuffer>,
    })
    const updates: Uint8Array[] = []
    let cursor = { epoch: 0, seq: 0 }
    for (const frame of unpackFrames(new Uint8Array(await answer.arrayBuffer()))) {
      const decoder = decoding.createDecoder(frame)
      const type = decoding.readVarUint(decoder)
      if (type === MESSAGE.hello) {
        const { epoch, head } = serverHelloSchema.parse(JSON.parse(decoding.readVarString(decoder)))
        cursor = { epoch, seq: head }
      } else if (type === MESSAGE.commits) updates.push(...readCommits(decoder).updates)
    }
    // Another document takes the place of this one: what was wrongly deleted cannot come back in it.
    if (!closed) replica.renew(updates, cursor)
  }

  async function compareAndRepair(): ReturnType<Verifier['check']> {
    const first = await compare()
    if (!first) return 'busy'
    if (first.expected === first.found) return 'same'
    // Once more: nobody is told of what was only under way.
    const again = await compare()
    if (!again || again.expected === again.found) return again ? 'same' : 'busy'
    await readAnew()
    // The connection begins anew with the document.
    let after = await compare()
    for (let tries = 0; !after && !closed && tries < RETRIES; tries++) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      after = await compare()
    }
    const repaired = after !== null && after.expected === after.found
    onDivergence({ ...again, repaired })
    return repaired ? 'repaired' : 'diverged'
  }

  async function check(): ReturnType<Verifier['check']> {
    checking ??= compareAndRepair()
      .catch((error: unknown) => {
        if (error instanceof ModaicsError) return 'busy' as const // offline, signed out: asked again later
        throw error
      })
      .finally(() => {
        checking = null
      })
    return checking
  }

  return {
    check,
    close() {
      closed = true
      clearInterval(timer)
    },
  }
}
