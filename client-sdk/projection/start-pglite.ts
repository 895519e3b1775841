import type { IdbFs, PGlite, PGliteInterface, Transaction } from '@electric-sql/pglite'
import { ModaicsError } from '@modaics/shared'
import type { ProjectionDatabase } from './projection.js'
import { readWrite } from './writer.js'

export interface StartOptions {
  readonly dataDir: string
  readonly seed?: (dataDir: string) => Promise<Blob | undefined>
  readonly openWithinMs?: number
}

const IDB = 'idb://'

/** Loads PGlite and opens what is in `dataDir`, or makes it. Where that fails, nothing is left open. */
export async function startPglite(options: StartOptions): Promise<ProjectionDatabase> {
  const loadDataDir = await options.seed?.(options.dataDir)
  if (loadDataDir) {
    try {
      return await start(options, loadDataDir)
    } catch (error) {
      // Then it is not to be made, but to be opened.
      if (!String(error).includes('already exists')) throw error
    }
  }
  return start(options)
}

async function start(
  { dataDir, openWithinMs = 120_000 }: StartOptions,
  loadDataDir?: Blob,
): Promise<ProjectionDatabase> {
  const [{ PGlite, IdbFs }, { live }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/live'),
  ]).catch((cause: unknown) => {
    // A page that is offline and has not cached it: nothing is wrong with the data.
    throw new ModaicsError('unavailable', `PGlite cannot be loaded: ${String(cause)}`, { cause })
  })
  const fs = dataDir.startsWith(IDB) ? orderly(new IdbFs(dataDir.slice(IDB.length))) : undefined
  const pglite = new PGlite(dataDir, {
    relaxedDurability: true,
    extensions: {
      live: {
        ...live,
        // Live queries are made of temporary views and triggers: their transactions must be let write.
        setup: (inner: PGliteInterface, emscripten: unknown) => live.setup(writable(inner), emscripten),
      },
    },
    ...(fs && { fs }),
    ...(loadDataDir && { loadDataDir }),
  })
  try {
    await within(openWithinMs, pglite.waitReady)
    return pglite as unknown as ProjectionDatabase
  } catch (error) {
    // `close` would wait for an opening that does not come; but a database that stays open cannot be deleted.
    fs?.abandon(pglite)
    throw error
  }
}

function writable(pglite: PGliteInterface): PGliteInterface {
  return new Proxy(pglite, {
    get(target, name) {
      if (name === 'transaction')
        return <T>(work: (tx: Transaction) => Promise<T>) =>
          target.transaction((tx) => readWrite(tx).then(() => work(tx)))
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

interface OrderlyFs extends IdbFs {
  /** Closes the database without writing. */
  abandon(pglite: PGlite): void
}

/**
 * With relaxed durability PGlite closes without waiting for IndexedDB to have the last changes (or any: then the next
 * opening starts anew), and what it still had to write fails afterwards, unhandled. So: one after the other, all of it
 * before the files are closed, nothing after.
 */
function orderly(fs: IdbFs): OrderlyFs {
  const sync = fs.syncToFs.bind(fs)
  const close = fs.closeFs.bind(fs)
  let last: Promise<void> = Promise.resolve()
  let closed = false
  return Object.assign(fs, {
    syncToFs(relaxed?: boolean) {
      // What could not be written is missing at the next opening, which compares with the source and writes it.
      if (!closed) last = last.then(() => sync(relaxed)).catch(() => undefined)
      return last
    },
    async closeFs() {
      const flushed = fs.syncToFs(false)
      closed = true
      await flushed
      await close()
    },
    abandon(pglite: PGlite) {
      closed = true
      // Not there where it failed before the engine was loaded; then nothing is open.
      const engine = pglite.Module as unknown as { IDBFS?: { dbs: Record<string, IDBDatabase> } } | undefined
      for (const database of Object.values(engine?.IDBFS?.dbs ?? {})) database.close()
    },
  })
}

async function within(ms: number, opening: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`PGlite has not opened within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([opening, timeout])
  } finally {
    clearTimeout(timer)
  }
}
