import type { GarmentMask } from '../colour/garment-mask.js'
import type { RgbaImage } from '../colour/pixels.js'
import { readFeatures } from './features.js'
import { garmentBox } from './garment-box.js'
import { classify, type Likelihood } from './head.js'
import { createNetwork } from './network/network.js'
import { type HeadWeights, readWeights } from './network/weights.js'
import { toSquare } from './square.js'

/** What tells garments and patterns apart. It computes on the thread that asks it, some 0.1 s a picture. */
export interface Eyes {
  look(image: RgbaImage, mask: GarmentMask): Sight
}

export interface Sight {
  /** every class of the training photos, the likeliest first */
  readonly kinds: readonly Likelihood[]
  readonly patterns: readonly Likelihood[]
  /** length 1; those of like pieces point the same way */
  readonly embedding: Float32Array
}

/**
 * @param file the weights, `model/eyes.bin` of this package: see `EYES_FILE`
 * @throws Error where the file is none; WebAssembly.CompileError where the platform has no SIMD
 */
export async function createEyes(file: Uint8Array): Promise<Eyes> {
  const { side, layers, heads } = readWeights(file)
  const network = await createNetwork(side, layers)
  return {
    look(image, mask) {
      const features = readFeatures(network, toSquare(image, garmentBox(image, mask), side))
      return {
        kinds: classify(heads.kinds, features.shape),
        patterns: classify(heads.patterns, features.texture),
        embedding: toEmbedding(features.texture, heads.patterns),
      }
    },
  }
}

const EMBEDDING = 128

/** How features differ from the usual, folded to few numbers by adding up with fixed signs, which nearly keeps angles. */
function toEmbedding(features: Float32Array, { mean, deviation }: HeadWeights): Float32Array {
  const out = new Float32Array(EMBEDDING)
  let bits = 0x9e3779b9
  for (let i = 0; i < features.length; i++) {
    bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b) + i
    const at = (bits >>> 8) % EMBEDDING
    out[at] =
      (out[at] ?? 0) + (bits & 1 ? 1 : -1) * (((features[i] ?? 0) - (mean[i] ?? 0)) / (deviation[i] ?? 1))
  }
  const length = Math.hypot(...out) || 1
  return out.map((value) => value / length)
}
