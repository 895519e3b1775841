import { attributesOf } from '@modaics/shared'
import type { Analysis } from './analysis.js'

/** What was seen in one of the photos of a piece. */
export interface View {
  readonly analysis: Analysis
  /** the photo that speaks for the piece: front view, chosen by its owner */
  readonly leads: boolean
}

interface Guess {
  readonly value: string
  readonly confidence: number
}

/** The front says more than the back or the label. */
const LEAD_WEIGHT = 1.5
const NO_COLOUR = 0.25

/**
 * What all photos of a piece say together. Of a word, the value with the most weight (confidence, half as much again for
 * the leading photo); its confidence is that of the best photo which says so, less as others disagree. Colours are those
 * of the leading photo, where it shows any: the lining and the label have others. One photo alone says what it says.
 */
export function combineAnalyses(views: readonly View[]): Analysis {
  const category = vote(views, (analysis) => categoryOf(analysis))
  const subcategory = vote(views, (analysis) => subcategoryOf(analysis))
  const pattern = vote(views, ({ pattern }) => (pattern ? [pattern] : []))
  const material = vote(views, ({ material }) => (material ? [material] : []))
  const attributes = Object.fromEntries(
    attributesOf(category?.value ?? '').flatMap(({ id }) => {
      const best = vote(views, (analysis) => {
        const one = analysis.attributes?.[id]
        return one ? [one] : []
      })
      return best ? [[id, best]] : []
    }),
  )
  const colors = colorsOf(views)
  return {
    ...(colors ? { colors } : {}),
    ...(category ? { category } : {}),
    ...(subcategory ? { subcategory } : {}),
    ...(pattern ? { pattern } : {}),
    ...(material ? { material } : {}),
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    ...elements(views, 'seasons'),
    ...elements(views, 'occasions'),
  }
}

function categoryOf({ category, kinds = [] }: Analysis): readonly Guess[] {
  return category
    ? [category]
    : summed(kinds.map(({ category: value, confidence }) => ({ value, confidence })))
}

function subcategoryOf({ subcategory, kinds = [] }: Analysis): readonly Guess[] {
  return subcategory
    ? [subcategory]
    : summed(
        kinds.flatMap(({ subcategory: value, confidence }) =>
          value === null ? [] : [{ value, confidence }],
        ),
      )
}

function summed(guesses: readonly Guess[]): Guess[] {
  const sums = new Map<string, number>()
  for (const { value, confidence } of guesses) sums.set(value, (sums.get(value) ?? 0) + confidence)
  return [...sums].map(([value, sum]) => ({ value, confidence: Math.min(1, sum) }))
}

function vote(
  views: readonly View[],
  guessesOf: (analysis: Analysis) => readonly Guess[],
): { value: string; confidence: number } | undefined {
  const tally = new Map<string, { weight: number; confidence: number }>()
  let voters = 0
  let total = 0
  for (const { analysis, leads } of views) {
    const guesses = guessesOf(analysis)
    if (guesses.length > 0) voters++
    for (const { value, confidence } of guesses) {
      const weight = confidence * (leads ? LEAD_WEIGHT : 1)
      const known = tally.get(value) ?? { weight: 0, confidence: 0 }
      tally.set(value, {
        weight: known.weight + weight,
        confidence: Math.max(known.confidence, confidence),
      })
      total += weight
    }
  }
  const [best] = [...tally].sort(([x, a], [y, b]) => b.weight - a.weight || (x < y ? -1 : 1))
  if (!best) return undefined
  const [value, { weight, confidence }] = best
  // the guesses of one photo are its own doubts already
  const agreed = voters > 1 && total > 0 ? weight / total : 1
  return { value, confidence: round(confidence * agreed) }
}

function colorsOf(views: readonly View[]): Analysis['colors'] {
  const shown = views.flatMap(({ analysis: { colors }, leads }) => (colors ? [{ colors, leads }] : []))
  const lead = shown.find(({ leads, colors }) => leads && colors.confidence >= NO_COLOUR)
  return (lead ?? shown.sort((x, y) => y.colors.confidence - x.colors.confidence)[0])?.colors
}

/** A photo that names others, and not this one, speaks against it. */
function elements(
  views: readonly View[],
  field: 'seasons' | 'occasions',
): Partial<Pick<Analysis, 'seasons' | 'occasions'>> {
  const speakers = views.filter(({ analysis }) => (analysis[field]?.length ?? 0) > 0)
  const weights = speakers.map(({ leads }) => (leads ? LEAD_WEIGHT : 1))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const sums = new Map<string, number>()
  for (const [i, { analysis }] of speakers.entries())
    for (const { value, confidence } of analysis[field] ?? [])
      sums.set(value, (sums.get(value) ?? 0) + confidence * (weights[i] ?? 1))
  if (sums.size === 0) return {}
  const list = [...sums].map(([value, sum]) => ({ value, confidence: round(Math.min(1, sum / total)) }))
  return { [field]: list.sort((x, y) => y.confidence - x.confidence || (x.value < y.value ? -1 : 1)) }
}

const round = (value: number): number => Math.round(value * 1000) / 1000
