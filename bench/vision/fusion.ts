import { createPrng } from '@modaics/shared/testing'
import { COLOR_NAMES, fuseColors, type PhotoAnalysis } from '@modaics/shared/vision'
import { calibrationError, mean } from './measure.js'
import { acceptsColor, colorWord } from './words.js'

const ROUNDS = 20
/** of all answers of the stand-in */
const RIGHT = 0.75
const SURE = 0.9

/**
 * What names of colours are worth when a model says them too. There is no key here, so a stand-in answers: it says a word that
 * the labels accept in three of four photos and any other word in the rest, and is sure by 0.9 each time, as models are.
 */
export function withStandIn(
  photos: readonly { readonly accepted: readonly string[]; readonly pixels: PhotoAnalysis['colors'] }[],
  vocabulary: ReadonlySet<string>,
): { readonly n: number; readonly model: number; readonly together: number; readonly ece: number } {
  const { chance, pick } = createPrng(1)
  const alone: number[] = []
  const answers: { confidence: number; right: boolean }[] = []
  for (let round = 0; round < ROUNDS; round++)
    for (const { accepted, pixels } of photos) {
      const right = (name: string): boolean => acceptsColor(accepted, name, vocabulary)
      const words = COLOR_NAMES.map(({ name }) => name)
      const name = chance(RIGHT) ? colorWord(accepted[0] ?? '') : pick(words.filter((word) => !right(word)))
      alone.push(right(name) ? 1 : 0)
      const hex = COLOR_NAMES.find((one) => one.name === name)?.hexes[0] ?? '#808080'
      const fused = fuseColors(pixels, { value: [{ hex, name, share: 1 }], confidence: SURE })
      answers.push({ confidence: fused?.confidence ?? 0, right: right(fused?.value[0]?.name ?? '') })
    }
  return {
    n: photos.length,
    model: mean(alone),
    together: mean(answers.map((answer) => (answer.right ? 1 : 0))),
    ece: calibrationError(answers),
  }
}
