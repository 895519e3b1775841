import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModaicsError } from '../domain/errors.js'
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.js'

/**
 * One holder per folder, across processes and within one.
 *
 * Every contender writes a claim of its own into `FOLDER/lock/`, and only then looks for those of others: of two, at
 * least one sees the other (Dekker). Claims have unique names, so that removing a dead one can never remove a live one:
 * there is no take-over to race for. A claim is dead when its process is (pid, start time, boot and pid namespace are
 * compared), which needs no waiting after `kill -9`. Where pids mean nothing (a folder shared between machines or
 * containers) the age of the claim's heartbeat decides.
 */
export interface FolderLock {
  /** False once the claim is found to be gone: another machine took this one for dead. Looked at on every heartbeat. */
  held(): boolean
  /** Idempotent. */
  release(): Promise<void>
}

const HEARTBEAT_MS = 3_000
/** For claims of other machines. */
const STALE_MS = 30_000
/** For running pids of this machine that may be another process (no `/proc`); a busy event loop must not lose it. */
const UNVERIFIED_STALE_MS = 600_000
const CONTEST_MS = 5_000

interface Claim extends ProcessIdentity {
  readonly token: string
}

/**
 * Takes the lock of a folder, which is made where it does not exist.
 *
 * @throws {ModaicsError} `storage-locked` while another holds it, with its pid and host
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const claims = join(folder, 'lock')
  await mkdir(claims, { recursive: true })
  const deadline = performance.now() + CONTEST_MS
  for (;;) {
    const claim: Claim = { ...ownIdentity(), token: randomUUID() }
    const now = await writeClaim(claims, claim)
    const verdict = await contest(claims, claim, now, deadline)
    if (verdict === 'won') return hold(claims, claim)
    await remove(claims, claim.token)
    if (verdict !== 'lost' || performance.now() > deadline) throw lockedError(folder, verdict)
    await pause(5 + Math.random() * 20)
  }
}

/** Waits out the contenders that arrived together: of these the lowest token stays, the others withdraw. */
async function contest(
  claims: string,
  own: Claim,
  now: number,
  deadline: number,
): Promise<'won' | 'lost' | Claim> {
  for (;;) {
    const others = await liveClaims(claims, own.token, now)
    const holder = others.find((other) => other.held)
    if (holder) return holder.claim
    if (others.length === 0) {
      await writeFile(join(claims, `${own.token}.held`), '')
      return 'won'
    }
    if (others.some((other) => other.claim.token < own.token) || performance.now() > deadline) return 'lost'
    await pause(2)
  }
}

/** Claims other than one's own whose process is alive; the dead ones are removed. */
async function liveClaims(
  claims: string,
  ownToken: string,
  now: number,
): Promise<{ claim: Claim; held: boolean }[]> {
  const names = await readdir(claims)
  const live: { claim: Claim; held: boolean }[] = []
  for (const name of names) {
    const [token = '', type] = name.split('.')
    if (type !== 'claim' || token === ownToken) continue
    const claim = await readClaim(claims, token)
    if (!claim) continue
    if (await isDead(claims, claim, now)) await remove(claims, token)
    // Asked of the folder again: `.held` may have come after the listing, and then its claim must not be outwaited.
    else live.push({ claim, held: await exists(join(claims, `${token}.held`)) })
  }
  return live
}

async function isDead(claims: string, claim: Claim, now: number): Promise<boolean> {
  const liveness = livenessOf(claim)
  if (liveness === 'alive' || liveness === 'dead') return liveness === 'dead'
  try {
    const { mtimeMs } = await stat(join(claims, `${claim.token}.claim`))
    return now - mtimeMs > (liveness === 'unknown' ? STALE_MS : UNVERIFIED_STALE_MS)
  } catch (error) {
    if (isMissing(error)) return true
    throw error
  }
}

function hold(claims: string, claim: Claim): FolderLock {
  const path = join(claims, `${claim.token}.claim`)
  const text = JSON.stringify(claim)
  let held = true
  let beating: Promise<void> = Promise.resolve()
  // A beat that fails for another reason is made up for by the next; ten in a row have to fail before it is stale.
  // Written, not `utimes`: so the time is that of the file system, the same for all machines that share the folder.
  const beat = () =>
    writeFile(path, text, { flag: 'r+' }).catch((error: unknown) => {
      if (isMissing(error)) held = false
    })
  const timer = setInterval(() => {
    beating = beat()
  }, HEARTBEAT_MS)
  timer.unref()
  return {
    held: () => held,
    async release() {
      clearInterval(timer)
      await beating
      held = false
      await remove(claims, claim.token)
    },
  }
}

/** Returns the time of the folder's file system. */
async function writeClaim(claims: string, claim: Claim): Promise<number> {
  const draft = join(claims, `${claim.token}.draft`)
  const file = await open(draft, 'wx')
  try {
    await file.writeFile(JSON.stringify(claim))
    const { mtimeMs } = await file.stat()
    // Renamed into place, so that no one reads half a claim.
    await rename(draft, join(claims, `${claim.token}.claim`))
    return mtimeMs
  } finally {
    await file.close()
  }
}

/** Undefined when it has gone. A claim that cannot be read is damaged, and its holder unknown: the age decides. */
async function readClaim(claims: string, token: string): Promise<Claim | undefined> {
  try {
    const text = await readFile(join(claims, `${token}.claim`), 'utf8')
    try {
      return { ...(JSON.parse(text) as Claim), token }
    } catch {
      return { pid: 0, host: 'unknown', machine: 'unreadable', started: null, token }
    }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function remove(claims: string, token: string): Promise<void> {
  // The claim last: while it is there, whoever sees it must also see that it is held.
  await rm(join(claims, `${token}.claim`), { force: true })
  await rm(join(claims, `${token}.held`), { force: true })
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

function lockedError(folder: string, holder: Claim | 'won' | 'lost'): ModaicsError {
  const who =
    typeof holder === 'string'
      ? 'others that want it too'
      : `process ${holder.pid} on ${holder.host}${holder.pid === process.pid ? ' (this process)' : ''}`
  return new ModaicsError('storage-locked', `${folder} is in use by ${who}`)
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
