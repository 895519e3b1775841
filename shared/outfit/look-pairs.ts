import type { Context } from './context.js'
import type { Piece } from './piece.js'
import type { PairRule } from './rule.js'
import { pointsOf } from './rule.js'

/**
 * How each two looks go together, as weighted points. A wardrobe may have as many looks as pieces, so there is no table
 * of all of them: two are judged when they meet, and remembered as long as there is room.
 */
export interface LookPairs {
  /** remembered in the row of `x` */
  points(x: number, y: number): number
  /** what is known of a look beside every other, for loops: by their number the place in `values`, or {@link UNJUDGED} */
  row(x: number): Uint8Array
  readonly values: readonly number[]
  /** of a piece with itself */
  readonly alone: number
  /** it has no more with any other */
  mostOf(look: number): number
}

/** Not judged yet, or no place for its value: `points` says. */
export const UNJUDGED = 255

/** The looks that were met, by number. The scores of their rules depend on the pieces only. */
export interface Looks {
  lookOf(piece: Piece): number
  pairs(context: Context): LookPairs
}

/** Bytes of rows that are remembered, one for each two looks: all of 5,000 looks, 2,500 rows of 10,000. */
const REMEMBERED = 25_000_000

export function createLooks(rules: readonly PairRule[]): Looks {
  const numbers = new Map<string, number>()
  const pieces: Piece[] = []
  const most: number[] = []
  /** by look, made when first asked for: a byte for each other look, so that a row stays near the processor */
  let rows: (Uint8Array | undefined)[] = []
  let bytes = 0
  const values: number[] = []
  const placeOf = new Map<number, number>()

  function rowOf(x: number): Uint8Array {
    const known = rows[x]
    if (known && known.length >= pieces.length) return known
    const row = new Uint8Array(Math.max(64, Math.ceil(pieces.length * 1.25))).fill(UNJUDGED)
    bytes += row.length - (known?.length ?? 0)
    if (bytes > REMEMBERED) {
      rows = []
      bytes = row.length
    } else if (known) row.set(known)
    rows[x] = row
    return row
  }

  function remember(x: number, y: number, points: number): void {
    let place = placeOf.get(points)
    if (place === undefined) {
      place = values.length
      // Rules of looks score in steps; those with very many would only be judged again.
      if (place === UNJUDGED) return
      placeOf.set(points, place)
      values.push(points)
    }
    const [mine, theirs] = [rows[x], rows[y]]
    if (mine && y < mine.length) mine[y] = place
    if (theirs && x < theirs.length) theirs[x] = place
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
        row: rowOf,
        values,
        points(x, y) {
          const place = rowOf(x)[y] as number
          if (place !== UNJUDGED) return values[place] as number
          const points = judge(x, y)
          remember(x, y, points)
          return points
        },
      }
    },
  }
}
