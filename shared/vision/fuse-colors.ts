import { COLOR_NAMES } from '../colour/color-names.js'
import { hexToOklab, type Oklab } from '../colour/convert.js'
import { oklabDistance } from '../colour/distance.js'
import type { GarmentColor } from '../colour/garment-palette.js'
import { nameColor } from '../colour/name-color.js'
import { parseColor } from '../colour/parse-color.js'
import { mergeNames } from './merge-names.js'
import { likeliest, namesInPhoto, normalised } from './name-in-photo.js'
import type { Seen } from './photo-analysis.js'
import { ASTRAY } from './photo-colors.js'

/**
 * What a model that looks at pictures says of colours, put together with what the pixels say. The pixels measure: theirs are
 * the colours and their shares. The model knows what it looks at: white cloth in the dusk, a print on black. So names come
 * from both, by Bayes' rule:
 *
 *     P(name | pixels, model says m)  ∝  P(name | pixels) · P(m | name)
 *
 * P(name | pixels) is what labelled photos give (`namesInPhoto`), but that of a share `ASTRAY` of photos it was not the cloth
 * that was measured, and then any name is as likely. P(m | name): a model that says it is sure by c says the right word or one
 * that can hardly be told from it in `RELIABLE` · c of all cases, and else any word. The confidence is that of the likeliest
 * name, by the same curve that makes it true of pixels alone.
 */
export function fuseColors(
  pixels: Seen<readonly GarmentColor[]> | undefined,
  model: Seen<readonly GarmentColor[]> | undefined,
): Seen<readonly GarmentColor[]> | undefined {
  if (!model || model.value.length === 0) return pixels
  if (!pixels || pixels.value.length === 0)
    return { value: model.value, confidence: round(RELIABLE * model.confidence) }
  const left = model.value.map((color) => wordOf(color))
  let confidence: number | undefined
  const value = pixels.value.map((color): GarmentColor => {
    const names = measured(color)
    // stripes of two colours: the model may name them in another order
    const said = suiting(names, left, model.confidence) ?? (confidence === undefined ? left[0] : undefined)
    if (said !== undefined) left.splice(left.indexOf(said), 1)
    const fused = likeliest(said === undefined ? names : weigh(names, said, model.confidence))
    confidence ??= fused.confidence
    return { ...color, name: fused.name }
  })
  return { value: mergeNames(value), confidence: round(confidence ?? pixels.confidence) }
}

/** No model was measured here. Vision models say that they are sure more often than they are right. */
const RELIABLE = 0.85
/** OKLab distance at which two words are seldom taken for each other */
const NEAR = 0.06

const NAMES = COLOR_NAMES.map(({ name }) => name)
const PLACES = new Map(
  COLOR_NAMES.map(({ name, hexes }) => [name, hexes.map(hexToOklab).filter((at) => at !== null)]),
)

/** How often each word is said of cloth that a name fits, by those who see right: near words too. The shares add up to 1. */
function heardFor(name: string): ReadonlyMap<string, number> {
  const nearness = (word: string): number => Math.exp(-(distance(name, word) ** 2) / (2 * NEAR ** 2))
  return normalised(new Map(NAMES.map((word) => [word, nearness(word)])))
}

/** Worked out when a name is first asked for: all of them take longer than a server may lose at its start. */
const heard = new Map<string, ReadonlyMap<string, number>>()

function hearing(name: string): ReadonlyMap<string, number> {
  const known = heard.get(name) ?? heardFor(name)
  heard.set(name, known)
  return known
}

/** How far cloth of a name is from what the word is said of, on the whole. */
function distance(name: string, word: string): number {
  const of = (one: string): readonly Oklab[] => PLACES.get(one) ?? []
  const nearest = of(name).map((x) => Math.min(...of(word).map((y) => oklabDistance(x, y))))
  return nearest.reduce((sum, one) => sum + one, 0) / nearest.length
}

function measured({ hex }: GarmentColor): Map<string, number> {
  const color = hexToOklab(hex)
  const names = color ? namesInPhoto(color) : new Map<string, number>()
  return new Map(NAMES.map((name) => [name, (1 - ASTRAY) * (names.get(name) ?? 0) + ASTRAY / NAMES.length]))
}

/** The word of ours for what a model calls a colour. */
function wordOf({ name, hex }: GarmentColor): string {
  const clean = name.trim().toLowerCase()
  if (NAMES.includes(clean)) return clean
  return nameColor(parseColor(clean) ?? hex)?.name ?? clean
}

function weigh(names: ReadonlyMap<string, number>, said: string, confidence: number): Map<string, number> {
  return normalised(
    new Map([...names].map(([name, share]) => [name, share * saying(said, name, confidence)])),
  )
}

/** P(the model says `said` | the cloth is `name`) */
function saying(said: string, name: string, confidence: number): number {
  const right = RELIABLE * confidence
  return right * (hearing(name).get(said) ?? 0) + (1 - right) / NAMES.length
}

/** Of the words that are left the one that suits the pixels best; none where each would be a contradiction. */
function suiting(
  names: ReadonlyMap<string, number>,
  words: readonly string[],
  confidence: number,
): string | undefined {
  let [best, most] = [undefined as string | undefined, 1 / NAMES.length]
  for (const word of words) {
    const evidence = [...names].reduce(
      (sum, [name, share]) => sum + share * saying(word, name, confidence),
      0,
    )
    if (evidence > most) [best, most] = [word, evidence]
  }
  return best
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
