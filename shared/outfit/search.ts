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
  /** outfits that are known already, with what they score in this problem: to start from */
  readonly known?: readonly Found[]
}

export interface SearchResult {
  /** best first */
  readonly found: readonly Found[]
  /** some that it found on the way */
  readonly displaced: readonly Found[]
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
 * A generator, so that whoever runs it can pause: it yields every few milliseconds of work.
 */
export function* search(
  problem: Problem,
  templates: readonly Template[],
  { count, effort, allows = () => true, known = [] }: SearchOptions,
): Steps<SearchResult> {
  const best = createBestList(count)
  for (const one of known) if (allows(one.pieces)) best.offer(one)
  const bounds = createBounds(problem)
  const work: Work = { steps: 0, effort }
  const waiting: Candidate[] = templates.map((template) => ({ template, most: bounds.mostOf(template) }))
  const walking: Walking[] = []
  yield { done: 0 }
  let paused = 0
  let done = 0
  for (;;) {
    while (walking.length < AT_ONCE) {
      const next = promising(waiting)
      if (!next || next.most <= best.least) break
      waiting.splice(waiting.indexOf(next), 1)
      const { room, steps } = prepareWalk(problem, next.template, bounds, best, work, allows)
      yield { done: done / templates.length }
      // Its reach is lower than its bound, mostly: others may go first then.
      if (room > best.least) walking.push({ most: Math.min(next.most, room), steps: steps(), spent: 0 })
    }
    const next = itsTurn(walking)
    if (!next) break
    const end = work.steps + TURN
    const before = work.steps
    let over = next.most <= best.least
    while (!over && work.steps < end && work.steps < effort) {
      over = next.steps.next().done === true
      if (work.steps < paused + PAUSE) continue
      paused = work.steps
      yield { done: done / templates.length }
    }
    next.spent += work.steps - before
    // What was not looked at is within the reach of the templates that are left.
    if (work.steps >= effort)
      return {
        found: best.list(),
        displaced: best.displaced(),
        steps: work.steps,
        atMost: [...walking, ...waiting].reduce((top, { most }) => Math.max(top, most), 0),
      }
    if (!over) continue
    walking.splice(walking.indexOf(next), 1)
    done++
  }
  return { found: best.list(), displaced: best.displaced(), steps: work.steps, atMost: null }
}

/**
 * So many templates are walked in turn, each so many steps: the first may promise much and hold little, and good outfits
 * of one cut short the walks through all others.
 */
const AT_ONCE = 3
const TURN = 500

interface Candidate {
  readonly template: Template
  /** no outfit of it scores more */
  readonly most: number
}

interface Walking {
  readonly most: number
  readonly steps: Generator<void>
  spent: number
}

/** The one that reaches farthest, the first of equals. */
function promising(waiting: readonly Candidate[]): Candidate | undefined {
  let next: Candidate | undefined
  for (const one of waiting) if (!next || one.most > next.most) next = one
  return next
}

/** The one that has walked least, and of those the one that reaches farthest. */
function itsTurn(walking: readonly Walking[]): Walking | undefined {
  let next: Walking | undefined
  for (const one of walking)
    if (!next || one.spent < next.spent || (one.spent === next.spent && one.most > next.most)) next = one
  return next
}
