import type { Network } from './network/network.js'

/** What is looked at of a network's view of a garment. */
export interface Features {
  /** what is where: the means of {@link SHAPE_LAYERS} over four rows and two columns, left and right taken together */
  readonly shape: Float32Array
  /** what is how much anywhere: means and deviations of {@link TEXTURE_LAYERS} over all places */
  readonly texture: Float32Array
}

/** Layers by their number in the network: what garments are told by was tried on all, and its last ones are of no use. */
export const SHAPE_LAYERS = [38, 39, 47] as const
export const TEXTURE_LAYERS = [11, 20, 29, 39] as const

const ROWS = 4

/** @param rgb as {@link Network.run} takes it */
export function readFeatures(network: Network, rgb: Uint8Array): Features {
  const shape: Float32Array[] = []
  const texture: Float32Array[] = []
  network.run(rgb, (layer, picture, side) => {
    if (SHAPE_LAYERS.some((one) => one === layer)) shape.push(cells(picture, side))
    if (TEXTURE_LAYERS.some((one) => one === layer)) texture.push(moments(picture, side))
  })
  return { shape: joined(shape), texture: joined(texture) }
}

/** Means over each of 4 rows and 2 columns (outer and inner), as their signed square roots. */
function cells(picture: Float32Array, side: number): Float32Array {
  const channels = picture.length / side ** 2
  const sums = new Float32Array(ROWS * 2 * channels)
  const counts = new Uint32Array(ROWS * 2)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const row = Math.floor((y * ROWS) / side)
      const cell = row * 2 + (Math.abs(x - (side - 1) / 2) * 4 > side ? 0 : 1)
      counts[cell] = (counts[cell] ?? 0) + 1
      const from = (y * side + x) * channels
      for (let c = 0; c < channels; c++)
        sums[cell * channels + c] = (sums[cell * channels + c] ?? 0) + (picture[from + c] ?? 0)
    }
  return sums.map((sum, i) => signedRoot(sum / (counts[Math.floor(i / channels)] ?? 1)))
}

/** Mean and standard deviation of each channel, as signed square roots. */
function moments(picture: Float32Array, side: number): Float32Array {
  const places = side ** 2
  const channels = picture.length / places
  const out = new Float32Array(2 * channels)
  for (let c = 0; c < channels; c++) {
    let [sum, squares] = [0, 0]
    for (let i = c; i < picture.length; i += channels) {
      const value = picture[i] ?? 0
      sum += value
      squares += value * value
    }
    const mean = sum / places
    out[c] = signedRoot(mean)
    out[channels + c] = Math.sqrt(Math.sqrt(Math.max(0, squares / places - mean * mean)))
  }
  return out
}

function signedRoot(value: number): number {
  return Math.sign(value) * Math.sqrt(Math.abs(value))
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
