import type { Ensemble } from './rule.js'

/** `the a, the b and the c` of the pieces' labels. A label that begins with an article keeps it. */
export function theseOf(pieces: Ensemble): string {
  const names = pieces.map((piece) => theOf(piece.label))
  if (names.length <= 1) return names[0] ?? ''
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

export function theOf(label: string): string {
  return /^(the|my|a|an)\s/i.test(label) ? label : `the ${label}`
}

/** `is` or `are`, by the label's last word: clothes in plural end in s, but not in ss. */
export function verbOf(pieces: Ensemble, one: string, many: string): string {
  if (pieces.length > 1) return many
  return /[^s]s$/i.test(pieces[0]?.label ?? '') ? many : one
}
