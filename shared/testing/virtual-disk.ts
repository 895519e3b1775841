import type { Prng } from './prng.js'
import type { VirtualProcess, VirtualTime } from './virtual-time.js'

/**
 * A disk with a page cache: what is written can be read at once, survives the end of the process, and survives a power
 * cut once it is synced. A crash in the middle of a write leaves any beginning of it.
 */
export interface VirtualDisk {
  /** bytes that fit on it */
  capacity: number
  /** while true, every sync and write fails with EIO */
  failing: boolean
  /** how long one operation takes, ms: a new number for each */
  latency: () => number
  /** called when a process begins an operation, with that under way: it may crash there */
  onOperation: (() => void) | null
  /** The file system as a process sees it, with promises: `node:fs/promises` in little. */
  open(process: VirtualProcess): VirtualFileSystem
  /** The same files at once, as `node:fs` gives them. */
  openSync(process: VirtualProcess): VirtualSyncFileSystem
  /** The process is gone: what was under way is done, begun or not done. With the power, what was not synced goes too. */
  crash(kind: 'kill' | 'power', random: Prng): void
  /** Whole files, for what is not the program under test. */
  read(path: string): Uint8Array | undefined
  readonly used: number
  /** what crashes have left of writes that were not synced: of some a beginning, of others nothing */
  readonly damage: { readonly torn: number; readonly lost: number }
}

export interface VirtualFileHandle {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>
  readFile(): Promise<Uint8Array>
  stat(): Promise<{ size: number }>
  truncate(size: number): Promise<void>
  datasync(): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

export interface VirtualFileSystem {
  open(path: string, flags: string): Promise<VirtualFileHandle>
  rename(from: string, to: string): Promise<void>
  rm(path: string, options?: { force?: boolean }): Promise<void>
  readdir(folder: string): Promise<string[]>
  copyFile(from: string, to: string): Promise<void>
  mkdir(path: string, options?: unknown): Promise<undefined>
}

/** Files are numbers, as descriptors are. */
export interface VirtualSyncFileSystem {
  openSync(path: string, flags: string, mode?: number): number
  readFileSync(file: number): Uint8Array
  writeSync(file: number, bytes: Uint8Array, offset?: number): number
  ftruncateSync(file: number, size: number): void
  fstatSync(file: number): { size: number }
  fdatasyncSync(file: number): void
  renameSync(from: string, to: string): void
  fdatasync(file: number, done: (error: Error | null) => void): void
  closeSync(file: number): void
}

type Change = { readonly at: number; readonly bytes: Uint8Array } | { readonly size: number }

interface Content {
  bytes: Uint8Array
  size: number
}

interface File {
  readonly cached: Content
  readonly durable: Content
  /** what the cache has and the disk has not, in order */
  pending: Change[]
}

/** An operation under way. */
interface Flight {
  apply(): unknown
  /** what a crash in the middle leaves of it */
  tear(): void
}

export function createVirtualDisk(time: VirtualTime): VirtualDisk {
  let names = new Map<string, File>()
  const durableNames = new Map<string, File>()
  let pendingNames: { readonly path: string; readonly file: File | null }[] = []
  const flights = new Set<Flight>()
  const descriptors = new Map<number, File>()
  let nextDescriptor = 1
  /** of a crash in the middle of a write */
  let tearing: Prng | null = null
  const damage = { torn: 0, lost: 0 }

  const disk: VirtualDisk = {
    capacity: Number.POSITIVE_INFINITY,
    failing: false,
    latency: () => 1,
    onOperation: null,
    damage,
    get used() {
      let sum = 0
      for (const { cached } of names.values()) sum += cached.size
      return sum
    },
    read: (path) => {
      const file = names.get(path)
      return file && contentOf(file)
    },
    open: openFor,
    openSync: openSyncFor,
    crash(kind, random) {
      tearing = random
      for (const flight of flights) {
        const fate = random.below(3)
        if (fate === 0) ignoreErrors(() => flight.apply())
        else if (fate === 1) ignoreErrors(() => flight.tear())
      }
      flights.clear()
      descriptors.clear()
      tearing = null
      if (kind === 'kill') return
      const kept = pendingNames.slice(0, random.below(pendingNames.length + 1))
      syncNames(kept)
      names = new Map(durableNames)
      pendingNames = []
      for (const file of names.values()) {
        const count = random.below(file.pending.length + 1)
        const torn = file.pending[count]
        for (const change of file.pending.slice(0, count)) applyChange(file.durable, change)
        damage.lost += file.pending.length - count
        if (torn && 'bytes' in torn) {
          damage.torn++
          applyChange(file.durable, {
            at: torn.at,
            bytes: torn.bytes.slice(0, random.below(torn.bytes.length + 1)),
          })
        }
        file.pending = []
        file.cached.bytes = file.durable.bytes.slice()
        file.cached.size = file.durable.size
      }
    },
  }

  function fileAt(path: string): File {
    const file = names.get(path)
    if (!file) throw systemError('ENOENT', path)
    return file
  }

  function setName(path: string, file: File | null): void {
    if (file) names.set(path, file)
    else names.delete(path)
    pendingNames.push({ path, file })
  }

  function syncNames(changes: typeof pendingNames): void {
    for (const { path, file } of changes) {
      if (file) durableNames.set(path, file)
      else durableNames.delete(path)
    }
  }

  function change(file: File, next: Change): void {
    applyChange(file.cached, next)
    file.pending.push(next)
  }

  /** How much of a write fits. */
  function room(file: File, position: number, length: number): number {
    if (disk.failing) throw systemError('EIO', 'write')
    const grows = Math.max(0, position + length - file.cached.size)
    const missing = disk.used + grows - disk.capacity
    if (missing <= 0) return length
    if (grows - missing <= 0 || grows < length) throw systemError('ENOSPC', 'write')
    return length - missing
  }

  function write(file: File, bytes: Uint8Array, position: number): number {
    const fits = room(file, position, bytes.length)
    change(file, { at: position, bytes: bytes.slice(0, fits) })
    return fits
  }

  function sync(file: File): void {
    if (disk.failing) throw systemError('EIO', 'sync')
    for (const one of file.pending) applyChange(file.durable, one)
    file.pending = []
  }

  function openFile(path: string, flags: string): File {
    const existing = names.get(path)
    if (!existing) {
      if (flags.startsWith('r')) throw systemError('ENOENT', path)
      if (disk.used >= disk.capacity) throw systemError('ENOSPC', path)
      const created: File = { cached: emptyContent(), durable: emptyContent(), pending: [] }
      setName(path, created)
      return created
    }
    if (flags.startsWith('w')) change(existing, { size: 0 })
    return existing
  }

  function openFor(process: VirtualProcess): VirtualFileSystem {
    function operate<T>(label: string, apply: () => T, tear: () => void = () => {}): Promise<T> {
      return new Promise((resolve, reject) => {
        if (!process.alive) return
        const flight: Flight = { apply, tear }
        flights.add(flight)
        time.at(process, disk.latency(), label, () => {
          flights.delete(flight)
          try {
            resolve(apply())
          } catch (error) {
            reject(error)
          }
        })
        disk.onOperation?.()
      })
    }

    const handle = (file: File): VirtualFileHandle => ({
      write(bytes, offset, length, position) {
        const part = bytes.slice(offset, offset + length)
        return operate(
          `write ${length}`,
          () => ({ bytesWritten: write(file, part, position) }),
          () => write(file, part.slice(0, tearing?.below(length + 1) ?? 0), position),
        )
      },
      readFile: () => operate('read', () => contentOf(file)),
      stat: () => operate('stat', () => ({ size: file.cached.size })),
      truncate: (size) => operate('truncate', () => change(file, { size })),
      datasync: () => operate('sync', () => sync(file)),
      sync: () => operate('sync', () => sync(file)),
      close: () => operate('close', () => {}),
    })
    const folder = (): VirtualFileHandle => ({
      ...handle({ cached: emptyContent(), durable: emptyContent(), pending: [] }),
      sync: () =>
        operate('sync folder', () => {
          if (disk.failing) throw systemError('EIO', 'sync')
          syncNames(pendingNames)
          pendingNames = []
        }),
    })
    const isFolder = (path: string): boolean =>
      !names.has(path) && [...names.keys()].some((name) => name.startsWith(`${path}/`))

    return {
      open: (path, flags) =>
        operate(`open ${flags}`, () => (isFolder(path) ? folder() : handle(openFile(path, flags)))),
      rename: (from, to) =>
        operate('rename', () => {
          const file = fileAt(from)
          setName(to, file)
          setName(from, null)
        }),
      rm: (path, options) =>
        operate('rm', () => {
          if (names.has(path)) setName(path, null)
          else if (!options?.force) throw systemError('ENOENT', path)
        }),
      readdir: (path) =>
        operate('readdir', () =>
          [...names.keys()]
            .filter((name) => name.startsWith(`${path}/`))
            .map((name) => name.slice(path.length + 1))
            .sort(),
        ),
      copyFile: (from, to) =>
        operate('copy', () => {
          const bytes = contentOf(fileAt(from))
          write(openFile(to, 'w'), bytes, 0)
        }),
      mkdir: () => operate('mkdir', () => undefined),
    }
  }

  function openSyncFor(process: VirtualProcess): VirtualSyncFileSystem {
    const fileOf = (descriptor: number): File => {
      const file = descriptors.get(descriptor)
      if (!file || !process.alive) throw systemError('EBADF', String(descriptor))
      return file
    }
    return {
      openSync(path, flags) {
        const descriptor = nextDescriptor++
        descriptors.set(descriptor, openFile(path, flags))
        return descriptor
      },
      readFileSync: (descriptor) => contentOf(fileOf(descriptor)),
      writeSync(descriptor, bytes, offset = 0) {
        const file = fileOf(descriptor)
        return write(file, bytes.slice(offset), file.cached.size)
      },
      ftruncateSync: (descriptor, size) => change(fileOf(descriptor), { size }),
      fstatSync: (descriptor) => ({ size: fileOf(descriptor).cached.size }),
      fdatasyncSync: (descriptor) => sync(fileOf(descriptor)),
      renameSync(from, to) {
        setName(to, fileAt(from))
        setName(from, null)
      },
      fdatasync(descriptor, done) {
        const file = fileOf(descriptor)
        const flight: Flight = { apply: () => sync(file), tear() {} }
        flights.add(flight)
        time.at(process, disk.latency(), 'sync', () => {
          flights.delete(flight)
          try {
            sync(file)
            syncNames(pendingNames)
            pendingNames = []
          } catch (error) {
            return done(error as Error)
          }
          done(null)
        })
      },
      closeSync: (descriptor) => void descriptors.delete(descriptor),
    }
  }

  return disk
}

const emptyContent = (): Content => ({ bytes: new Uint8Array(256), size: 0 })
const contentOf = ({ cached }: File): Uint8Array => cached.bytes.slice(0, cached.size)

function applyChange(content: Content, change: Change): void {
  const end = 'size' in change ? change.size : change.at + change.bytes.length
  if (end > content.bytes.length) {
    const larger = new Uint8Array(Math.max(end, content.bytes.length * 2))
    larger.set(content.bytes.subarray(0, content.size))
    content.bytes = larger
  }
  if ('size' in change) {
    if (end < content.size) content.bytes.fill(0, end, content.size)
    content.size = end
  } else {
    content.bytes.set(change.bytes, change.at)
    content.size = Math.max(content.size, end)
  }
}

function systemError(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code })
}

/** What a crash leaves of an operation that would have failed is nothing. */
function ignoreErrors(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}
