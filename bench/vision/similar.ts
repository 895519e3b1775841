import { type Comparable, fieldsSeen, lookalikes, similarItems } from '@modaics/shared'
import type { PhotoAnalysis } from '@modaics/shared/vision'
import type { Label } from './labels.js'
import { mean } from './measure.js'
import { acceptsColor } from './words.js'

const NEIGHBOURS = 5

/** What of the five pieces that come first is of the class of the one that was asked about, and of a colour that suits it. */
interface Found {
  readonly sameClass: number
  readonly colour: number
}

export interface SimilarFigures {
  readonly n: number
  /** as if all pieces stood in any order */
  readonly chance: Found
  readonly colours: Found
  /** what was set of category and pattern too */
  readonly fields: Found
  readonly features: Found
  readonly together: Found
}

/**
 * "More like this" over photos as if they were one wardrobe, each a piece of which nothing is known but what was seen: which
 * pieces come first by colours alone, and what the features of the photos add.
 */
export function findSimilar(
  photos: readonly (Label & { readonly seen: PhotoAnalysis })[],
  vocabulary: ReadonlySet<string>,
): SimilarFigures {
  const pieces = photos.map(({ seen }, i): Comparable => {
    const { set } = fieldsSeen({ ...seen, kinds: (seen.kinds ?? []).slice(0, 3) })
    const known = { category: null, subcategory: null, pattern: null, colors: null, ...set }
    return { ...known, id: String(i), material: null, attributes: [], deletedAt: null } as Comparable
  })
  const analyses = photos.map(({ seen }, i) => ({
    itemId: String(i),
    deletedAt: null,
    analysis: JSON.parse(JSON.stringify(seen)),
  }))
  const bare = { category: null, subcategory: null, pattern: null }
  const colored = pieces.map((piece) => ({ ...piece, ...bare }))
  const unknown = colored.map((piece) => ({ ...piece, colors: null }))

  const judge = (first: (id: string) => readonly { readonly id: string }[]): Found => {
    const found = photos.map((photo, i) => {
      const others = first(String(i)).map(({ id }) => photos[Number(id)] ?? photo)
      const suits = ({ colors: [main = ''] }: Label): boolean => acceptsColor(photo.colors, main, vocabulary)
      return {
        label: photo.label,
        sameClass: mean(others.map(({ label }) => (label === photo.label ? 1 : 0))),
        colour: mean(others.map((other) => (suits(other) ? 1 : 0))),
      }
    })
    const of = (label: string) => found.filter((one) => one.label === label)
    const labels = [...new Set(found.map(({ label }) => label))]
    return {
      sameClass: mean(labels.map((label) => mean(of(label).map((one) => one.sameClass)))),
      colour: mean(found.map((one) => one.colour)),
    }
  }
  const by = (items: readonly Comparable[], looks: boolean): Found =>
    judge((id) =>
      similarItems(items, id, {
        limit: NEIGHBOURS,
        ...(looks ? { lookalikes: lookalikes(analyses, id) } : {}),
      }),
    )
  return {
    n: photos.length,
    chance: judge((id) => pieces.filter((piece) => piece.id !== id)),
    colours: by(colored, false),
    fields: by(pieces, false),
    features: by(unknown, true),
    together: by(pieces, true),
  }
}
