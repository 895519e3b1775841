import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

/** Of the PGlite that is pinned: its data folders fit no other one. A test compares it with the one that is installed. */
export const PGLITE_VERSION = '0.5.16'

/** Deletes a data folder of PGlite; there is nothing to delete under `memory://`. */
export async function removeNodeData(dataDir: string): Promise<void> {
  if (!dataDir.startsWith('memory://')) await rm(dataDir, { recursive: true, force: true })
}

const making = new Map<string, Promise<Blob>>()

/**
 * An empty data folder for `ProjectionOptions.seed`. It takes 2 to 10 s of computing to make one (`initdb`), so it is
 * made once and kept in `cacheFolder` (4.5 MB), from where a new projection starts in half a second.
 */
export function createNodeSeed(cacheFolder: string): (dataDir: string) => Promise<Blob | undefined> {
  return async (dataDir) => {
    if (!dataDir.startsWith('memory://') && (await hasDatabase(dataDir))) return undefined
    let seed = making.get(cacheFolder)
    if (!seed) {
      seed = loadOrMake(cacheFolder)
      making.set(cacheFolder, seed)
      // Whoever asks next tries again; and 40 MB are not kept for ever for a process that opens one wardrobe.
      const forget = () => making.delete(cacheFolder)
      seed.then(() => setTimeout(forget, 10_000).unref(), forget)
    }
    return seed
  }
}

function hasDatabase(folder: string): Promise<boolean> {
  return access(join(folder, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
}

async function loadOrMake(cacheFolder: string): Promise<Blob> {
  const path = join(cacheFolder, `pglite-${PGLITE_VERSION}.tar.gz`)
  try {
    // Unpacked here, and not by PGlite, because that checks it: a damaged one is made again.
    return new Blob([await promisify(gunzip)(await readFile(path))])
  } catch {
    const { PGlite } = await import('@electric-sql/pglite')
    const pglite = await PGlite.create('memory://')
    const seed = await pglite.dumpDataDir('none').finally(() => pglite.close())
    // Not waited for, and only a saving: without a writable cache folder the next process makes its own.
    keep(cacheFolder, path, seed).catch(() => undefined)
    return seed
  }
}

async function keep(cacheFolder: string, path: string, seed: Blob): Promise<void> {
  const packed = await promisify(gzip)(Buffer.from(await seed.arrayBuffer()), { level: 6 })
  await mkdir(cacheFolder, { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.draft`
  await writeFile(draft, packed, { mode: 0o600 })
  await rename(draft, path)
}
