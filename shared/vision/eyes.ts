import type { GarmentMask } from '../colour/garment-mask.js'
import type { RgbaImage } from '../colour/pixels.js'
import type { LookFeatures } from '../domain/look-features.js'
import { EYES_VERSION } from './eyes-version.js'
import { readFeatures } from './features.js'
import { garmentBox } from './garment-box.js'
import { type Likelihood, rank, score } from './head.js'
import { toFeatures } from './look-features.js'
import { createNetwork } from './network/network.js'
import { readWeights } from './network/weights.js'
import { toSquare } from './square.js'

/** What tells garments and patterns apart. It computes on the thread that asks it, some 0.1 s a picture. */
export interface Eyes {
  look(image: RgbaImage, mask: GarmentMask): Sight
}

export interface Sight {
  /** every class of the training photos, the likeliest first */
  readonly kinds: readonly Likelihood[]
  readonly patterns: readonly Likelihood[]
  /** see {@link LookFeatures} */
  readonly features: LookFeatures
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
      const [kinds, patterns] = [score(heads.kinds, features.shape), score(heads.patterns, features.texture)]
      return {
        kinds: rank(heads.kinds, kinds),
        patterns: rank(heads.patterns, patterns),
        features: { eyes: EYES_VERSION, values: toFeatures(kinds, patterns) },
      }
    },
  }
}
