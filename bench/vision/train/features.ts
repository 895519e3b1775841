import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { garmentMask, toLabPixels } from '@modaics/shared'
import { type Features, garmentBox, type Network, readFeatures, toSquare } from '@modaics/shared/vision'
import { readPicture } from '../pictures.js'

/**
 * Features of photos, kept in two files beside each other (`CACHE.names`, `CACHE.numbers`), since they take minutes. Delete
 * the files when what makes features changes.
 */
export async function featuresOf(
  network: Network,
  directory: string,
  files: readonly string[],
  cache: string,
): Promise<Map<string, Features>> {
  const known = readCache(cache)
  let done = 0
  for (const file of files) {
    if (known.has(file)) continue
    const image = await readPicture(`${directory}/${file}`)
    const pixels = toLabPixels(image, 144)
    if (!pixels) throw new Error(`${file} is no picture`)
    const box = garmentBox(image, garmentMask(pixels))
    const features = readFeatures(network, toSquare(image, box, network.side))
    appendFileSync(`${cache}.numbers`, new Uint8Array(features.shape.buffer))
    appendFileSync(`${cache}.numbers`, new Uint8Array(features.texture.buffer))
    appendFileSync(`${cache}.names`, `${file},${features.shape.length},${features.texture.length}\n`)
    known.set(file, features)
    if (++done % 100 === 0) console.log(`${done} photos looked at`)
  }
  return known
}

function readCache(cache: string): Map<string, Features> {
  const known = new Map<string, Features>()
  if (!existsSync(`${cache}.names`)) return known
  const bytes = readFileSync(`${cache}.numbers`)
  let at = 0
  for (const line of readFileSync(`${cache}.names`, 'utf8').trim().split('\n')) {
    const [file = '', shape, texture] = line.split(',')
    const read = (count: number): Float32Array => {
      const numbers = new Float32Array(new Uint8Array(bytes.subarray(at, at + 4 * count)).buffer)
      at += 4 * count
      return numbers
    }
    known.set(file, { shape: read(Number(shape)), texture: read(Number(texture)) })
  }
  return known
}
