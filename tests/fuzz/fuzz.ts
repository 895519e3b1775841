import {
  checkEdit,
  deviceOf,
  editToTuple,
  encodeSyncFrame,
  LIMITS,
  ModaicsError,
  msToHlc,
  SYNC,
} from '@modaics/shared'
import { createPrng, type Prng } from '@modaics/shared/testing'
import * as Y from 'yjs'
import { createFuzzTarget, type FuzzConnection, type FuzzTarget } from '../../server/testing/fuzz-target.js'
import { mutateBytes } from './mutate-bytes.js'
import { mutateStructure } from './mutate-structure.js'
import { createTraffic, type Traffic } from './traffic.js'

export interface FuzzFigures {
  readonly inputs: number
  /** by kind of input */
  readonly kinds: Readonly<Record<string, number>>
  /** commits that hostile inputs brought about */
  readonly accepted: number
  /** by code: why the server closed */
  readonly closed: Readonly<Record<string, number>>
  /** ms of the slowest input */
  readonly slowest: number
  /** largest heap seen after a collection, bytes; null where nobody may collect */
  readonly heap: number | null
  readonly findings: readonly string[]
}

export interface FuzzOptions {
  readonly inputs: number
  readonly seed: number
  readonly onProgress?: (done: number, findings: number) => void
}

/** Inputs after which the wardrobe is checked and a new one taken. */
const ROUND = 2_000
/** What one input may take. Far above what a busy machine adds. */
const SLOW_MS = 5_000

/** Feeds the server's door mutations of real traffic, and checks what it has let in. */
export async function fuzz({ inputs, seed, onProgress = () => {} }: FuzzOptions): Promise<FuzzFigures> {
  const random = createPrng(seed)
  const target = await createFuzzTarget()
  const traffic = createTraffic(random, target.device, target.now, target.clockOf)
  const precious = target.other()
  const kinds: Record<string, number> = {}
  const closed: Record<string, number> = {}
  const findings: string[] = []
  let accepted = 0
  let slowest = 0
  let heap: number | null = null
  let previous: Uint8Array = new Uint8Array([0])
  let connection: FuzzConnection | null = null

  for (let i = 0; i < inputs; i++) {
    const { kind, bytes } = nextInput(random, traffic, previous)
    previous = bytes
    kinds[kind] = (kinds[kind] ?? 0) + 1
    const began = performance.now()
    try {
      if (kind.startsWith('body')) await target.post(bytes)
      else {
        if (!connection) {
          connection = target.connect()
          if (random.chance(0.8)) await connection.receive(traffic.hello())
        }
        await connection.receive(bytes)
      }
    } catch (error) {
      // An HTTP sync says in this way what a socket is closed with. Anything else is a crash.
      if (!(kind.startsWith('body') && error instanceof ModaicsError && error.code !== 'internal'))
        findings.push(`seed ${seed} input ${i} ${kind} ${hex(bytes)}: ${String((error as Error).stack)}`)
      else closed[error.code] = (closed[error.code] ?? 0) + 1
    }
    const took = performance.now() - began
    slowest = Math.max(slowest, took)
    if (took > SLOW_MS)
      findings.push(`seed ${seed} input ${i} ${kind} took ${Math.round(took)} ms: ${hex(bytes)}`)
    if (connection?.closed) {
      if (connection.closed === 'internal' || connection.closed.startsWith('storage'))
        findings.push(`seed ${seed} input ${i} ${kind} ${hex(bytes)}: closed with ${connection.closed}`)
      closed[connection.closed] = (closed[connection.closed] ?? 0) + 1
      connection.ended()
      connection = null
    }
    if (i % ROUND < ROUND - 1 && i < inputs - 1) continue
    accepted += target.wardrobe().head
    findings.push(...check(target, precious).map((fault) => `seed ${seed} before input ${i}: ${fault}`))
    connection?.ended()
    connection = null
    target.renew()
    traffic.reset()
    if (globalThis.gc && (i + 1) % (ROUND * 10) === 0) {
      globalThis.gc()
      heap = Math.max(heap ?? 0, process.memoryUsage().heapUsed)
    }
    onProgress(i + 1, findings.length)
  }
  return { inputs, kinds, accepted, closed, slowest: Math.round(slowest), heap, findings }
}

function nextInput(random: Prng, traffic: Traffic, other: Uint8Array): { kind: string; bytes: Uint8Array } {
  const choice = random.next()
  if (choice < 0.1) return { kind: 'update sound', bytes: encodeSyncFrame(SYNC.update, traffic.update()) }
  if (choice < 0.45) {
    const update = mutateStructure(traffic.update(), random)
    if (update) return { kind: 'update structure', bytes: encodeSyncFrame(SYNC.update, update) }
  }
  if (choice < 0.65)
    return {
      kind: 'update bytes',
      bytes: encodeSyncFrame(SYNC.update, mutateBytes(traffic.update(), random, other)),
    }
  if (choice < 0.9) return { kind: 'frame bytes', bytes: mutateBytes(traffic.frame(), random, other) }
  return { kind: 'body bytes', bytes: mutateBytes(traffic.body(), random, other) }
}

/** What must be so of the wardrobe, whatever came. */
function check(target: FuzzTarget, precious: ReturnType<FuzzTarget['other']>): string[] {
  const faults: string[] = []
  const { updates, live } = target.wardrobe()
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) faults.push('the log has gaps')
  const roots = [...doc.share.keys()]
  if (roots.some((root) => root !== 'edits')) faults.push(`the log has other roots: ${roots}`)
  const bag = doc.getArray('edits').toArray()
  const latest = msToHlc(target.now + LIMITS.clockAheadMs)
  for (const value of bag) {
    const checked = checkEdit(value)
    if (!checked.ok)
      faults.push(`the log has rubbish: ${checked.detail} ${JSON.stringify(value).slice(0, 300)}`)
    else if (deviceOf(checked.edit.by) !== target.device)
      faults.push(`an edit by another: ${checked.edit.by}`)
    else if (checked.edit.src === 'vision') faults.push('an edit of the analysis')
    else if (checked.edit.hlc > latest) faults.push(`an edit of the future: ${checked.edit.hlc}`)
  }
  for (const edit of live) {
    const checked = checkEdit(editToTuple(edit))
    if (!checked.ok) faults.push(`the folds have rubbish: ${checked.detail}`)
  }
  doc.destroy()
  const other = target.other()
  if (
    other.head !== precious.head ||
    other.fingerprint !== precious.fingerprint ||
    other.updates.length !== precious.updates.length
  )
    faults.push('the second wardrobe has changed')
  if (target.heardByOther > 0)
    faults.push(`somebody in the second wardrobe has heard ${target.heardByOther} frames`)
  return faults
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 400)).toString('hex')
}
