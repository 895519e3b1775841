import type { Prng } from '@modaics/shared/testing'

const NUMBERS = [
  0,
  1,
  -1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53,
  -0.5,
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
]
const TEXTS = [
  '',
  '__proto__',
  'constructor',
  'edits',
  'a.b.c',
  'tags.',
  '.',
  '\u0000',
  '\ud800',
  'x'.repeat(20_000),
  '𝕏',
  'vision',
  'deletedAt',
]

/** A value that has no business where it is put. */
function rubbish(random: Prng, depth = 0): unknown {
  switch (random.below(depth > 3 ? 5 : 8)) {
    case 0:
      return random.pick(NUMBERS)
    case 1:
      return random.pick(TEXTS)
    case 2:
      return random.pick([true, false, null])
    case 3:
      return undefined
    case 4:
      return random.below(1_000_000)
    case 5:
      return Array.from({ length: random.below(6) }, () => rubbish(random, depth + 1))
    case 6:
      return { $: random.pick(['release', 'other']), ...(random.chance(0.5) ? { x: 1 } : {}) }
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(5) }, () => [random.pick(TEXTS), rubbish(random, depth + 1)]),
      )
  }
}

/** Somewhere inside a value, something else. */
export function spoil(value: unknown, random: Prng): unknown {
  if (random.chance(0.25) || typeof value !== 'object' || value === null) return rubbish(random)
  if (Array.isArray(value)) {
    if (value.length === 0 || random.chance(0.15)) return [...value, rubbish(random)]
    if (random.chance(0.15)) return value.slice(0, random.below(value.length))
    const at = random.below(value.length)
    return value.map((part, i) => (i === at ? spoil(part, random) : part))
  }
  const entries = Object.entries(value)
  if (entries.length === 0 || random.chance(0.3))
    return Object.fromEntries([...entries, [random.pick(TEXTS), rubbish(random)]])
  const at = random.below(entries.length)
  return Object.fromEntries(entries.map(([key, part], i) => [key, i === at ? spoil(part, random) : part]))
}
