import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'
import { finished } from 'node:stream/promises'
import { ModaicsError } from '@modaics/shared'
import { unzipSync, Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import type { BundleReader, BundleWriter } from '../transfer/bundle.js'

/** A new folder, or a zip where the path says so. @throws ModaicsError `conflict` where there is something already */
export async function createBundle(path: string): Promise<BundleWriter> {
  if (existsSync(path) && (isZip(path) || (await readdir(path)).length > 0))
    throw new ModaicsError('conflict', `${path} is there already, and is not written over`)
  return isZip(path) ? createZip(path) : createFolder(path)
}

/** @throws ModaicsError `not-found`, `malformed` */
export async function openBundle(path: string): Promise<BundleReader> {
  if (!existsSync(path)) throw new ModaicsError('not-found', `there is nothing at ${path}`)
  return isZip(path) ? openZip(path) : openFolder(path)
}

const isZip = (path: string): boolean => path.toLowerCase().endsWith('.zip')

async function createFolder(folder: string): Promise<BundleWriter> {
  await mkdir(folder, { recursive: true })
  return {
    async write(path, bytes) {
      const file = join(folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, bytes)
    },
    close: async () => {},
  }
}

/** Written beside its name, which it gets when it is whole. */
async function createZip(path: string): Promise<BundleWriter> {
  const draft = `${path}.part`
  await rm(draft, { force: true })
  const out = createWriteStream(draft)
  let failure: Error | null = null
  out.on('error', (error) => {
    failure = error
  })
  const zip = new Zip((error, chunk, last) => {
    if (error) failure = error
    else {
      out.write(chunk)
      if (last) out.end()
    }
  })
  const check = (): void => {
    if (failure) throw new ModaicsError('storage-failed', failure.message, { cause: failure })
  }
  return {
    async write(name, bytes) {
      check()
      // Pictures are compressed already.
      const file = name.startsWith('photos/') ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 })
      zip.add(file)
      file.push(bytes, true)
      if (out.writableNeedDrain) await new Promise<void>((resolve) => out.once('drain', () => resolve()))
      check()
    },
    async close() {
      zip.end()
      await finished(out)
      check()
      await rename(draft, path)
    },
  }
}

function openFolder(folder: string): BundleReader {
  return {
    async read(path) {
      const name = normalize(path)
      if (name.startsWith('..') || name.startsWith(sep))
        throw new ModaicsError('malformed', `${path} leads out of the export`)
      return readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
    },
    close: async () => {},
  }
}

async function openZip(path: string): Promise<BundleReader> {
  const bytes = await readFile(path)
  return {
    async read(name) {
      try {
        return unzipSync(bytes, { filter: (file) => file.name === name })[name] ?? null
      } catch (cause) {
        throw new ModaicsError('malformed', `${path} is no zip that can be read`, { cause })
      }
    },
    close: async () => {},
  }
}
