import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Names one run of one process, so that a pid which was given to another process later is not mistaken for it. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** the running kernel and the pid namespace (`/proc`), or null where there is no `/proc` */
  readonly machine: string | null
  /** clock ticks after boot at which the process started (`/proc/pid/stat`, field 22), or null without `/proc` */
  readonly started: string | null
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), machine: machine(), started: startOf(process.pid) }
}

/**
 * Whether that process runs: `unknown` where its pid means nothing here (another machine or container).
 * `unverified` is a running process of that pid, of which it cannot be told whether it is the same.
 */
export function livenessOf(identity: ProcessIdentity): 'alive' | 'dead' | 'unverified' | 'unknown' {
  if (identity.machine !== machine()) return 'unknown'
  if (identity.machine === null && identity.host !== hostname()) return 'unknown'
  if (!pidExists(identity.pid)) return 'dead'
  if (identity.started === null) return 'unverified'
  return startOf(identity.pid) === identity.started ? 'alive' : 'dead'
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function machine(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}

/** Null where there is no `/proc`, and for a zombie: killed, and only not yet collected by its parent. */
function startOf(pid: number): string | null {
  try {
    // The name in parentheses may hold anything, also parentheses and spaces: count from the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}
