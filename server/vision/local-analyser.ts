import { analysePhoto } from '@modaics/shared'
import { loadSharp } from '../photos/sharp.js'
import type { Analyser } from './analyser.js'

const MAX_EDGE = 160

/** Looks at the pixels on this machine: the colours of the garment, not of what it lies on. Costs nothing. */
export function createLocalAnalyser(): Analyser {
  return {
    id: 'local',
    version: 1,
    async analyse({ bytes }, signal) {
      const sharp = await loadSharp()
      const { data, info } = await sharp(bytes)
        .resize(MAX_EDGE, MAX_EDGE, { fit: 'inside', withoutEnlargement: true })
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
      signal.throwIfAborted()
      const { colors } = await analysePhoto({ data, width: info.width, height: info.height })
      return {
        analysis: colors ? { colors: { ...colors, value: [...colors.value] } } : {},
        costUsd: 0,
      }
    },
  }
}
