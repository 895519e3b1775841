import { createEyes, type Eyes } from '../eyes.js'
import { EYES_VERSION } from '../eyes-version.js'

const CACHE = 'modaics-eyes-'

/**
 * The eyes from where they are: from the browser's cache where they were fetched before, so that they are there offline.
 *
 * @throws Error where they cannot be fetched, or are none; WebAssembly.CompileError where the platform has no SIMD
 */
export async function fetchEyes(url: string): Promise<Eyes> {
  const cache = await openCache()
  const kept = await cache?.match(url)
  if (kept) return createEyes(new Uint8Array(await kept.arrayBuffer()))
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answers with ${response.status}`)
  const copy = response.clone()
  // tried before it is kept: a site may answer with a page of its own for whatever it does not have
  const eyes = await createEyes(new Uint8Array(await response.arrayBuffer()))
  await cache?.put(url, copy).catch(() => {}) // without space they are fetched again
  return eyes
}

/** Of this version; those of others are of no use any more. Undefined where the browser has no cache for this page. */
async function openCache(): Promise<Cache | undefined> {
  try {
    const name = CACHE + EYES_VERSION
    for (const other of await caches.keys())
      if (other.startsWith(CACHE) && other !== name) await caches.delete(other)
    return await caches.open(name)
  } catch {
    return undefined
  }
}
