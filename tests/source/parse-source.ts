/** One import or re-export of a module. */
export interface Import {
  readonly specifier: string
  /** erased at run time */
  readonly typeOnly: boolean
  /** `export … from` */
  readonly reExport: boolean
}

export interface ParsedSource {
  readonly imports: readonly Import[]
  /** what the strings and templates say, in no particular order */
  readonly strings: readonly string[]
  /** The source without comments and without what its strings say: for looking for names of things. */
  readonly code: string
}

/**
 * A small reader of TypeScript: enough to find imports and names in code, and not to be fooled by comments, strings,
 * templates and regular expressions.
 */
export function parseSource(source: string): ParsedSource {
  const strings: string[] = []
  const code = withoutStrings(source, strings)
  const imports: Import[] = []
  const add = (index: string | undefined, typeOnly: boolean, reExport: boolean): void => {
    const specifier = strings[Number(index)]
    if (specifier !== undefined) imports.push({ specifier, typeOnly, reExport })
  }
  for (const [, word, names = '', index] of code.matchAll(
    /(?<![.\w$])(import|export)\b([^'";=()]*?)\bfrom\s*'(\d+)'/g,
  ))
    add(index, isTypeOnly(names), word === 'export')
  for (const [, index] of code.matchAll(/(?<![.\w$])import\s*'(\d+)'/g)) add(index, false, false)
  for (const [, index] of code.matchAll(/(?<![.\w$])import\s*\(\s*'(\d+)'/g)) add(index, false, false)
  return { imports, strings, code: code.replace(/'\d+'/g, "''") }
}

function isTypeOnly(names: string): boolean {
  if (/^\s*type\b(?!\s*,)/.test(names)) return true
  const list = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1]
  if (list === undefined) return false
  const parts = list.split(',').filter((part) => part.trim() !== '')
  return parts.length > 0 && parts.every((part) => /^\s*type\s/.test(part))
}

/** Comments become spaces, each string `'n'`, where n is its place in `strings`; templates keep their expressions. */
function withoutStrings(source: string, strings: string[]): string {
  let out = ''
  let i = 0
  const templates: number[] = []
  let depth = 0

  function template(): void {
    // Called after the opening backtick, or after the brace that ends an expression.
    const start = i
    while (i < source.length) {
      const c = source[i]
      if (c === '\\') i += 2
      else if (c === '`') {
        strings.push(source.slice(start, i))
        i++
        out += "''"
        return
      } else if (c === '$' && source[i + 1] === '{') {
        strings.push(source.slice(start, i))
        i += 2
        templates.push(depth)
        depth = 0
        out += '('
        return
      } else i++
    }
  }

  while (i < source.length) {
    const c = source[i] as string
    if (c === '/' && source[i + 1] === '/') {
      while (i < source.length && source[i] !== '\n') i++
    } else if (c === '/' && source[i + 1] === '*') {
      const end = source.indexOf('*/', i + 2)
      i = end < 0 ? source.length : end + 2
      out += ' '
    } else if (c === "'" || c === '"') {
      let end = i + 1
      while (end < source.length && source[end] !== c) end += source[end] === '\\' ? 2 : 1
      strings.push(source.slice(i + 1, end))
      out += `'${strings.length - 1}'`
      i = end + 1
    } else if (c === '`') {
      i++
      template()
    } else if (c === '/' && startsRegExp(out)) {
      let inClass = false
      i++
      while (i < source.length && source[i] !== '\n' && (inClass || source[i] !== '/')) {
        if (source[i] === '[') inClass = true
        else if (source[i] === ']') inClass = false
        i += source[i] === '\\' ? 2 : 1
      }
      i++
      out += '/regexp/'
    } else if (c === '{') {
      depth++
      out += c
      i++
    } else if (c === '}' && depth === 0 && templates.length > 0) {
      depth = templates.pop() ?? 0
      out += ')'
      i++
      template()
    } else {
      if (c === '}') depth--
      out += c
      i++
    }
  }
  return out
}

/** A slash divides after a value; elsewhere it starts a regular expression. */
function startsRegExp(before: string): boolean {
  const text = before.trimEnd()
  if (/(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|await|yield)$/.test(text)) return true
  return !/[\w$)\]}'"/]$/.test(text)
}
