import type { PhotoAnalysis } from '@modaics/shared'
import type { Analyser } from './analyser.js'
import type { Analysis } from './analysis.js'
import { createLookThread, type LookThread } from './look-thread.js'

/** One for the process: a second one would only hold the same weights again. */
let shared: LookThread | undefined

/**
 * Looks at the pixels on this machine, on a thread of its own: the colours of the garment, not of what it lies on, its
 * kind and its pattern. Costs nothing.
 */
export function createLocalAnalyser(): Analyser {
  return {
    id: 'local',
    version: 2,
    async analyse({ bytes }, signal) {
      shared ??= createLookThread()
      return { analysis: toAnalysis(await shared.look(bytes, signal)), costUsd: 0 }
    },
  }
}

function toAnalysis({ colors, pattern, kinds }: PhotoAnalysis): Analysis {
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
  }
}
