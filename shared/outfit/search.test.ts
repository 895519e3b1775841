import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drain } from '../domain/steps.js'
import { TAXONOMY } from '../domain/taxonomy.js'
import { createCloset } from './closet.js'
import { canWearBoth, isVetoed } from './constraints.js'
import { scoreOf } from './evaluate.js'
import type { Piece } from './piece.js'
import type { Problem } from './problem.js'
import { createProblem, groupsOf } from './problem.js'
import { search } from './search.js'
import { templatesOf } from './templates.js'
import { anyWardrobe, anyWishes } from './testing/any-wardrobe.js'
import type { GenerateRequest } from './types.js'
import { readWishes } from './wishes.js'

function prepare(request: GenerateRequest) {
  const closet = createCloset(TAXONOMY)
  const wishes = drain(readWishes(request, closet))
  return { wishes, problem: drain(createProblem(wishes.pieces, wishes.context, closet)) }
}

function findBest(problem: Problem, starts: readonly (readonly number[])[], count: number, effort = 1e9) {
  const groups = groupsOf(problem, problem.pieces.keys())
  const templates = starts.flatMap((start) =>
    templatesOf(
      groups,
      start.flatMap((i) => groupsOf(problem, [i])),
    ),
  )
  const run = search(problem, templates, { count, effort })
  for (;;) {
    const { done, value } = run.next()
    if (done) return value
  }
}

/** Every legal outfit, by trying: no template, no class, no bound, and scores from the rules themselves. */
function tryAll({ pieces, context }: Problem, anchors: readonly string[]): { ids: string; score: number }[] {
  const best = new Map<string, number>()
  visit(0, [])
  return [...best].map(([ids, score]) => ({ ids, score })).sort((x, y) => y.score - x.score)

  function visit(from: number, worn: readonly Piece[]): void {
    if (isLegal(worn)) {
      const ids = worn
        .map(({ id }) => id)
        .sort()
        .join('\n')
      best.set(ids, Math.max(best.get(ids) ?? Number.NEGATIVE_INFINITY, scoreOf(worn, context)))
    }
    for (let i = from; i < pieces.length; i++) {
      const piece = pieces[i]!
      if (worn.every((other) => canWearBoth(piece, other))) visit(i + 1, [...worn, piece])
    }
  }

  function isLegal(worn: readonly Piece[]): boolean {
    const fills = (slot: string) => worn.some(({ slots }) => (slots as readonly string[]).includes(slot))
    if (!fills('base') || !fills('legs') || isVetoed(worn, context)) return false
    if (!anchors.every((id) => worn.some((piece) => piece.id === id))) return false
    const free = worn.filter(({ id }) => !anchors.includes(id))
    const extras = free.filter(({ slots }) => slots[0] === 'accessory')
    const role = (piece: Piece) =>
      piece.traits.wrap ? 'wrap' : piece.traits.place === 'hand' ? 'rain' : 'style'
    const all = worn.filter(({ slots }) => slots[0] === 'accessory').map(role)
    // One accessory of each role beside those asked for, and none where one of that role was asked for.
    if (extras.some((piece) => all.filter((other) => other === role(piece)).length > 1)) return false
    if (extras.some((piece) => role(piece) === 'wrap') && !fills('outer')) return false
    const hosiery = free.some(({ slots }) => slots[0] === 'hosiery')
    return !hosiery || worn.some(({ traits, slots }) => traits.openLegs && slots.includes('legs'))
  }
}

describe('the search', () => {
  test('[OU3] finds the best outfits of all: the same as trying everything', () => {
    fc.assert(
      fc.property(anyWardrobe(9), anyWishes, fc.integer({ min: 1, max: 12 }), (items, wishes, count) => {
        const anchors = wishes.anchors?.filter((id) => items.some((item) => item.id === id)) ?? []
        const { problem, wishes: read } = prepare({ ...wishes, items, anchors })
        const all = tryAll(problem, anchors)
        const { found, atMost } = findBest(problem, read.starts, count)
        expect(atMost).toBeNull()
        expect(found.map(({ score }) => score)).toEqual(all.slice(0, count).map(({ score }) => score))
        const scores = new Map(all.map(({ ids, score }) => [ids, score]))
        for (const { items: ids, score } of found) expect(score).toBe(scores.get(ids))
      }),
      { numRuns: 300 },
    )
  })

  test('[OU3] so it does where a group has more than 64 looks, and many templates are walked in turn', () => {
    const styles = [
      'studded biker',
      'fringed boho',
      'sequin evening',
      'running',
      'tailored office',
      'preppy',
      '',
    ]
    const details = [
      'lace',
      'leather',
      'denim',
      'suede',
      'floral',
      'leopard',
      'plaid',
      'striped',
      'silk',
      'linen',
    ]
    const title = fc.tuple(fc.constantFrom(...styles), fc.subarray(details, { minLength: 1, maxLength: 3 }))
    const titles = fc.uniqueArray(title, {
      minLength: 70,
      maxLength: 80,
      selector: (words) => words.flat().join(' '),
    })
    const hex = fc.constantFrom('#1d1d20', '#1f2a4d', '#c8202c')
    const rest = ['skirt', 'jeans', 'coat', 'boots', 'scarf'] as const
    const CATEGORY = {
      skirt: 'bottom',
      jeans: 'bottom',
      coat: 'outerwear',
      boots: 'shoes',
      scarf: 'accessory',
    }
    fc.assert(
      fc.property(
        titles,
        fc.tuple(...rest.map(() => title)),
        hex,
        anyWishes,
        fc.integer({ min: 1, max: 12 }),
        (tops, others, colour, wishes, count) => {
          const piece = (id: string, category: string, subcategory: string, words: readonly unknown[]) => ({
            id,
            category,
            subcategory,
            name: words.flat().join(' '),
            colors: [{ hex: colour, share: 1 }],
          })
          const items = [
            ...tops.map((words, i) => piece(`top-${i}`, 'top', 'shirt', words)),
            ...others.map((words, i) => piece(`piece-${i}`, CATEGORY[rest[i]!], rest[i]!, words)),
          ]
          const { problem, wishes: read } = prepare({ ...wishes, items, anchors: [] })
          const groups = groupsOf(problem, problem.pieces.keys())
          const looks = groups.map(({ classes }) => new Set(classes.map(({ look }) => look)).size)
          if (problem.pieces.length > 64) expect(Math.max(...looks)).toBeGreaterThan(64)
          const all = tryAll(problem, [])
          const { found, atMost } = findBest(problem, read.starts, count)
          expect(atMost).toBeNull()
          expect(found.map(({ score }) => score)).toEqual(all.slice(0, count).map(({ score }) => score))
        },
      ),
      { numRuns: 30 },
    )
  })

  test('[OU4] cut short says so, and no outfit scores above what it says', () => {
    fc.assert(
      fc.property(anyWardrobe(9), anyWishes, fc.integer({ min: 1, max: 60 }), (items, wishes, effort) => {
        const { problem, wishes: read } = prepare({ ...wishes, items, anchors: [] })
        const [best] = tryAll(problem, [])
        const { found, atMost } = findBest(problem, read.starts, 1, effort)
        if (atMost === null) expect(found[0]?.score).toBe(best?.score)
        else expect(best?.score ?? 0).toBeLessThanOrEqual(Math.max(atMost, found[0]?.score ?? 0))
      }),
      { numRuns: 100 },
    )
  })
})
