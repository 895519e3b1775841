import type { Context } from './context.js'
import type { Piece } from './piece.js'
import type { PairRule } from './rule.js'
import { pointsOf } from './rule.js'

/**
 * How each two looks go together, as weighted points. A wardrobe may have as many looks as pieces, so there is no table
 * of all of them: two are judged when they meet, and remembered as long as there is room.
 */
export interface LookPairs {
  points(x: number, y: number): number
  /** of a piece with itself */
  readonly alone: number
  /** it has no more with any other */
  mostOf(look: number): number
}

/** The looks that were met, by number. The scores of their rules depend on the pieces only. */
export interface Looks {
  lookOf(piece: Piece): number
  pairs(context: Context): LookPairs
}

/** How many looks have their pairs remembered: a byte for each two. */
const REMEMBERED = 2_048
const UNKNOWN = 255

export function createLooks(rules: readonly PairRule[]): Looks {
  const numbers = new Map<string, number>()
  const pieces: Piece[] = []
  const most: number[] = []
  let stride = 0
  /** by two looks, the place of their points in `values`: a table of few values stays near the processor */
  let known = new Uint8Array(0)
  const values: number[] = []
  const placeOf = new Map<number, number>()

  function widen(): void {
    const wider = Math.min(REMEMBERED, Math.max(64, pieces.length * 2))
    const grown = new Uint8Array(wider * wider).fill(UNKNOWN)
    for (let x = 0; x < stride; x++) grown.set(known.subarray(x * stride, (x + 1) * stride), x * wider)
    known = grown
    stride = wider
  }

  function remember(x: number, y: number, points: number): void {
    let place = placeOf.get(points)
    if (place === undefined) {
      place = values.length
      // Rules of looks score in steps; those with very many would only be judged again.
      if (place === UNKNOWN) return
      placeOf.set(points, place)
      values.push(points)
    }
    known[x * stride + y] = place
    known[y * stride + x] = place
  }

  return {
    lookOf(piece) {
      const key = rules.map((rule) => rule.key(piece)).join('\n')
      let number = numbers.get(key)
      if (number === undefined) {
        number = pieces.length
        numbers.set(key, number)
        pieces.push(piece)
        most.push(
          rules.reduce(
            (sum, rule) => sum + rule.weight * pointsOf(rule.isBlank?.(piece) ? (rule.alone ?? 0) : 1),
            0,
          ),
        )
      }
      return number
    },
    pairs(context) {
      function judge(x: number, y: number): number {
        let points = 0
        for (const rule of rules)
          points += rule.weight * pointsOf(rule.score(pieces[x] as Piece, pieces[y] as Piece, context))
        return points
      }
      return {
        alone: rules.reduce((sum, rule) => sum + rule.weight * pointsOf(rule.alone ?? 0), 0),
        mostOf: (look) => most[look] as number,
        points(x, y) {
          if (x >= REMEMBERED || y >= REMEMBERED) return judge(x, y)
          if (x >= stride || y >= stride) widen()
          const place = known[x * stride + y] as number
          if (place !== UNKNOWN) return values[place] as number
          const points = judge(x, y)
          remember(x, y, points)
          return points
        },
      }
    },
  }
}
