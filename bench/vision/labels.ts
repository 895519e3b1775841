import { readFileSync } from 'node:fs'

/** What a person said of a photo. Alternatives are separated by `|`, the fittest first; empty: not said. */
export interface Label {
  readonly file: string
  /** class of the Clothing Dataset; empty where only the look was labelled */
  readonly label: string
  readonly colors: readonly string[]
  readonly patterns: readonly string[]
}

/** Reads a file of labels by the names in its first line. */
export function readLabels(path: string | URL): Label[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const names = cells(head)
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const row = cells(line)
      const of = (name: string): string => row[names.indexOf(name)] ?? ''
      const words = (name: string): string[] =>
        of(name)
          .split('|')
          .map((word) => word.trim().toLowerCase())
          .filter((word) => word !== '')
      return {
        file: of('file'),
        label: of('label'),
        colors: words('colours_acceptable'),
        patterns: words('patterns_acceptable'),
      }
    })
}

/** The cells of a line; there is an empty one more at the end, which has no name. */
function cells(line: string): string[] {
  return [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].map(([, quoted, plain]) =>
    (quoted?.replaceAll('""', '"') ?? plain ?? '').trim(),
  )
}
