import { parseSource } from './parse-source.js'

/** A rule of docs/SPEC.md: a list item that starts with its number in bold. */
const RULE = /^- \*\*([A-Z]{2}\d+)\*\* (.*)$/gm
const CITATION = /\[([A-Z]{2}\d+)\]/g

export interface SpecFaults {
  /** rules that two items of the specification define */
  readonly twice: string[]
  /** rules that no test cites */
  readonly untested: string[]
  /** citations, in tests and in code, of no rule: as `path: [name]` */
  readonly unknown: string[]
}

export function rulesOf(spec: string): string[] {
  return [...spec.matchAll(RULE)].map(([, name]) => name as string)
}

/** Compares the specification with who cites it. A test cites in its title, code in a comment. */
export function checkSpec(spec: string, sources: ReadonlyMap<string, string>): SpecFaults {
  const rules = rulesOf(spec)
  const known = new Set(rules)
  const tested = new Set<string>()
  const unknown = new Set<string>()
  for (const [path, source] of sources) {
    for (const [cited, name = ''] of source.matchAll(CITATION))
      if (!known.has(name)) unknown.add(`${path}: ${cited}`)
    if (!/\.test\.tsx?$|-conformance\.ts$/.test(path)) continue
    for (const text of parseSource(source).strings)
      for (const [, name = ''] of text.matchAll(CITATION)) tested.add(name)
  }
  return {
    twice: rules.filter((name, i) => rules.indexOf(name) !== i),
    untested: [...known].filter((name) => !tested.has(name)),
    unknown: [...unknown],
  }
}
