import type { Steps } from '../domain/steps.js'
import type { Found } from './best-list.js'
import { createBestList } from './best-list.js'
import { createBounds } from './bounds.js'
import type { Work } from './branch.js'
import { prepareWalk } from './branch.js'
import type { Problem } from './problem.js'
import type { Template } from './templates.js'

export interface SearchOptions {
  readonly count: number
  /** steps that the search may take before it stops short */
  readonly effort: number
  /** false for outfits that are not to be found, whatever they score */
  allows?(pieces: readonly number[]): boolean
}

export interface SearchResult {
  /** best first */
  readonly found: readonly Found[]
  readonly steps: number
  /** null: these are the best there are. Else nothing that was not looked at scores more than this. */
  readonly atMost: number | null
}

/** A pause is offered after so many steps: a few milliseconds of work. */
const PAUSE = 1_000

/**
 * The best outfits of all, exactly: branch and bound. An outfit is built group by group and class by class; a branch is
 * left as soon as the most it can still reach (`branch.ts`) is no more than the worst of the best found so far. So it is
 * equal to trying everything (`search.test.ts` does, on small wardrobes), unless the effort runs out: then it says so.
 * Of outfits that score the same the one found first is taken; the order is that of the pieces, which is the seed's.
 *
 * A generator, so that whoever runs it can pause: it yields every few thousand steps.
 */
export function* search(
  problem: Problem,
  templates: readonly Template[],
  { count, effort, allows = () => true }: SearchOptions,
): Steps<SearchResult> {
  const best = createBestList(count)
  const bounds = createBounds(problem)
  const open: Candidate[] = templates.map((template) => ({ template, most: bounds.mostOf(template) }))
  const work: Work = { steps: 0, effort }
  let paused = 0
  for (let done = 0; ; ) {
    const next = promising(open)
    if (!next || next.most <= best.least) break
    if (!next.looked) {
      // Its reach is lower than its bound, mostly: another template may go first then.
      const { room } = prepareWalk(problem, next.template, bounds, best, work, allows)
      next.looked = true
      next.most = Math.min(next.most, room)
      continue
    }
    open.splice(open.indexOf(next), 1)
    const walk = prepareWalk(problem, next.template, bounds, best, work, allows)
    for (const _ of walk.steps()) {
      if (work.steps < paused + PAUSE) continue
      paused = work.steps
      yield { done: done / templates.length }
    }
    done++
    // What was not looked at is within the reach of this template: the others reach no farther.
    if (work.steps >= effort) return { found: best.list(), steps: work.steps, atMost: next.most }
  }
  return { found: best.list(), steps: work.steps, atMost: null }
}

interface Candidate {
  readonly template: Template
  /** no outfit of it scores more */
  most: number
  /** true where `most` is what its walk can reach */
  looked?: boolean
}

/** The one that reaches farthest, the first of equals. */
function promising(open: readonly Candidate[]): Candidate | undefined {
  let next: Candidate | undefined
  for (const one of open) if (!next || one.most > next.most) next = one
  return next
}
