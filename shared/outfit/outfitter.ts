import type { Taxonomy } from '../domain/garment.js'
import type { Steps } from '../domain/steps.js'
import { drain, within } from '../domain/steps.js'
import type { Found } from './best-list.js'
import type { Closet } from './closet.js'
import { createCloset } from './closet.js'
import type { Context } from './context.js'
import { strings } from './context.js'
import { describe } from './describe.js'
import { dressed } from './dressed.js'
import { likenessBonus } from './likeness.js'
import { whatIsMissing } from './missing.js'
import { isMain } from './parts.js'
import type { Piece } from './piece.js'
import type { Group, Problem } from './problem.js'
import { createProblem, groupsOf } from './problem.js'
import type { Ensemble } from './rule.js'
import { complete } from './rules/complete.js'
import { noticed } from './rules/freshness.js'
import { search } from './search.js'
import { SHARES, sharesOf } from './shares.js'
import type { Template } from './templates.js'
import { templatesOf } from './templates.js'
import type { GenerateRequest, GenerateResult } from './types.js'
import type { Wishes } from './wishes.js'
import { readWishes, taxonomyOf } from './wishes.js'
import { createWords } from './words.js'

/**
 * Puts outfits together, and remembers what it read of the pieces: asked again after one piece has changed, it reads that
 * one. The answers are those of a new one; only the first takes longer.
 */
export interface Outfitter {
  generate(request: GenerateRequest): GenerateResult
  /**
   * the same in steps of a few milliseconds: see `inPieces`
   *
   * @param only which templates count, by the groups that are not those of an anchor
   */
  steps(request: GenerateRequest, only?: (free: readonly Group[]) => boolean): Steps<GenerateResult>
}

export function createOutfitter(): Outfitter {
  const closets = new WeakMap<Taxonomy, Closet>()

  function closetFor(request: GenerateRequest): Closet {
    const taxonomy = taxonomyOf(request)
    let closet = closets.get(taxonomy)
    if (!closet) {
      closet = createCloset(taxonomy)
      closets.set(taxonomy, closet)
    }
    return closet
  }

  function* steps(
    request: GenerateRequest,
    only: (free: readonly Group[]) => boolean = () => true,
  ): Steps<GenerateResult> {
    const closet = closetFor(request)
    const words = createWords(request.words)
    const wishes = yield* within(readWishes(request, closet), 0, 0.1)
    closet.keep(wishes.items)
    if (wishes.faults.length > 0)
      return {
        outfits: [],
        missing: wishes.faults.map(({ code, itemId }) => ({
          code,
          message: words.say({ key: `missing.${code}` as 'missing.no-items' }),
          ...(itemId === undefined ? {} : { itemId }),
        })),
      }
    const like = strings(request.like)
    const bonus = likenessBonus(named(wishes, like), named(wishes, strings(request.unlike)))
    const problem = yield* within(createProblem(wishes.pieces, wishes.context, closet, bonus), 0.1, 0.2)
    const { chosen, atMost } = yield* within(choose(problem, wishes, new Set(like), only), 0.2, 1)
    const worn = shod(
      chosen.map(({ pieces }) => dressed(pieces.map((i) => wishes.pieces[i] as Piece))),
      wishes.context,
    )
    return {
      outfits: worn.map((outfit) => describe(outfit, wishes.context, words)).sort(byScore),
      missing: whatIsMissing(wishes, worn, words),
      ...(atMost === null ? {} : { bounded: { atMost: Math.min(1, atMost / problem.scale) } }),
    }
  }

  return {
    steps,
    generate: (request) => drain(steps(request)),
  }
}

/**
 * The best outfits; where they are to differ, one after the other, each the best of all after a deduction for the main
 * pieces that were shown before (maximal marginal relevance, Carbonell and Goldstein 1998).
 */
function* choose(
  problem: Problem,
  wishes: Wishes,
  like: ReadonlySet<string>,
  only: (free: readonly Group[]) => boolean,
): Steps<{ readonly chosen: readonly Found[]; readonly atMost: number | null }> {
  const { pieces, count, diversity, effort } = wishes
  const isLiked = (indices: readonly number[]): boolean =>
    like.size === indices.length && indices.every((i) => like.has(pieces[i]?.id ?? ''))
  if (diversity === 0) {
    const result = yield* search(problem, templates(problem, wishes, only), {
      count,
      effort,
      allows: (indices) => !isLiked(indices),
    })
    return { chosen: result.found, atMost: result.atMost }
  }
  const chosen: Found[] = []
  const shown = new Set<string>()
  const ideas = new Set<string>()
  let left = effort
  /** for each that is still to come: a hard one must not take all from those after it */
  const kept = effort / (2 * count)
  /** found on the way, with what they score before deductions: one of them may be next */
  const passed: Found[] = []
  let most: number | null = null
  while (chosen.length < count && left > 0) {
    const worth = problem.worth.slice()
    const deduction = (diversity * problem.scale) / SHARES
    for (const [i, piece] of pieces.entries())
      if (shown.has(piece.id) && isMain(piece.slots))
        worth[i] = (worth[i] as number) - Math.round(deduction * noticed(piece))
    const next = { ...problem, worth }
    const options = {
      count: 1,
      effort: left - (count - chosen.length - 1) * kept,
      allows: (indices: readonly number[]) => !isLiked(indices) && !ideas.has(ideaOf(indices)),
      known: passed.map((one) => ({ ...one, score: one.score + changeOf(one, problem.worth, worth) })),
    }
    const [from, to] = [chosen.length / count, (chosen.length + 1) / count]
    const ways = templates(next, wishes, only)
    yield { done: from }
    const result = yield* within(search(next, ways, options), from, to)
    left -= result.steps
    if (result.atMost !== null) most = Math.max(most ?? 0, result.atMost)
    const [found] = result.found
    if (!found) break
    chosen.push(found)
    for (const one of [...result.displaced, found])
      passed.push({ ...one, score: one.score + changeOf(one, worth, problem.worth) })
    ideas.add(ideaOf(found.pieces))
    for (const i of found.pieces) shown.add(pieces[i]?.id ?? '')
  }
  return { chosen, atMost: most }

  /** What an outfit scores more where its pieces are worth other than before. */
  function changeOf({ pieces: indices }: Found, before: Float64Array, after: Float64Array): number {
    const { single } = sharesOf(indices.map((i) => pieces[i] as Piece))
    return indices.reduce(
      (sum, i, at) => sum + (single[at] ?? 0) * ((after[i] as number) - (before[i] as number)),
      0,
    )
  }

  /** an outfit without its accessories */
  function ideaOf(indices: readonly number[]): string {
    return indices
      .flatMap((i) => (isMain(pieces[i]?.slots ?? []) ? (pieces[i]?.id ?? '') : []))
      .sort()
      .join('\n')
  }
}

function templates(
  problem: Problem,
  { starts }: Wishes,
  only: (free: readonly Group[]) => boolean,
): Template[] {
  const groups = groupsOf(problem, problem.pieces.keys())
  return starts.flatMap((start) => {
    const fixed = start.flatMap((i) => groupsOf(problem, [i]))
    return templatesOf(groups, fixed).filter((template) =>
      only(template.groups.filter((group) => !fixed.includes(group))),
    )
  })
}

function named({ pieces }: Wishes, ids: readonly string[]): Piece[] {
  const wanted = new Set(ids)
  return wanted.size === 0 ? [] : pieces.filter(({ id }) => wanted.has(id))
}

/** Outdoors, outfits without shoes are shown only where all are: barefoot is no other idea. */
function shod(outfits: readonly Ensemble[], context: Context): readonly Ensemble[] {
  if (!complete.speaks(context)) return outfits
  const some = outfits.filter((worn) => worn.some(({ slots }) => slots.includes('feet')))
  return some.length > 0 ? some : outfits
}

function byScore(
  x: { score: number; itemIds: readonly string[] },
  y: { score: number; itemIds: readonly string[] },
) {
  return y.score - x.score || (x.itemIds.join() < y.itemIds.join() ? -1 : 1)
}
