import type { PhotoAnalysis, RgbaImage } from '@modaics/shared'
import type { Looker } from '@modaics/shared/vision'
import { loadSharp } from '../photos/sharp.js'
import type { Analyser } from './analyser.js'
import type { Analysis } from './analysis.js'

/** One for the process: a second one would only hold the same weights again. Loaded with the first photo. */
let shared: Promise<Looker> | undefined

async function openLooker(): Promise<Looker> {
  const { createNodeLooker } = await import('@modaics/shared/vision/node')
  return createNodeLooker()
}

const MAX_EDGE = 400

/**
 * Raise it whenever the same picture may be seen otherwise: then photos that an older version has seen are looked at again, in
 * the background. `local-analyser.test.ts` fails when the eyes change without it.
 *
 * 3: kinds and patterns by trained eyes. 4: features, by which photos are compared.
 */
export const LOCAL_VERSION = 4

/**
 * Looks at the pixels on this machine, on a thread of its own: the colours of the garment, not of what it lies on, its
 * kind and its pattern. Costs nothing.
 *
 * @param open what it looks with; that of the process unless told
 */
export function createLocalAnalyser(open: () => Promise<Looker> = () => (shared ??= openLooker())): Analyser {
  return {
    id: 'local',
    version: LOCAL_VERSION,
    async analyse({ bytes }, signal) {
      const looker = await open()
      const analysis = await looker.look(await decode(bytes), signal)
      const seen = { analysis: toAnalysis(analysis), costUsd: 0 }
      return looker.blind === null ? seen : { ...seen, partial: `it sees colours only: ${looker.blind}` }
    },
  }
}

async function decode(bytes: Uint8Array): Promise<RgbaImage> {
  const sharp = await loadSharp()
  const { data, info } = await sharp(bytes)
    .resize(MAX_EDGE, MAX_EDGE, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

function toAnalysis({ colors, pattern, kinds, features }: PhotoAnalysis): Analysis {
  const [first] = kinds ?? []
  // guesses that differ in the subcategory only agree on the category
  const agreeing = kinds?.filter(({ category }) => category === first?.category) ?? []
  const confidence = Math.min(
    1,
    agreeing.reduce((sum, kind) => sum + kind.confidence, 0),
  )
  return {
    ...(colors ? { colors: { ...colors, value: [...colors.value] } } : {}),
    ...(pattern ? { pattern } : {}),
    ...(first ? { category: { value: first.category, confidence } } : {}),
    ...(first?.subcategory
      ? { subcategory: { value: first.subcategory, confidence: first.confidence } }
      : {}),
    ...(kinds ? { kinds: [...kinds] } : {}),
    ...(features ? { features: { ...features, values: [...features.values] } } : {}),
  }
}
