import { ModaicsError } from '@modaics/shared'

export interface CsvRow {
  readonly cells: readonly string[]
  /** where it begins, from 1 */
  readonly line: number
}

const SEPARATORS = [',', ';', '\t'] as const

/** The text of a file as spreadsheets save it. @throws ModaicsError `invalid` where it is neither UTF-8 nor UTF-16 with its mark */
export function decodeCsv(bytes: Uint8Array): string {
  const mark = `${bytes[0]},${bytes[1]}`
  const encoding = mark === '255,254' ? 'utf-16le' : mark === '254,255' ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new ModaicsError('invalid', 'the file is not UTF-8; save it as “CSV UTF-8”', { cause })
  }
}

/**
 * RFC 4180, also with `;` or tabs between the cells: whichever the first row has most of. A byte order mark and empty
 * rows are passed over.
 *
 * @throws ModaicsError `invalid` where a quote is never closed
 */
export function readCsv(text: string): CsvRow[] {
  const source = text.replace(/^\uFEFF/, '')
  const separator = separatorOf(source)
  const rows: CsvRow[] = []
  let cells: string[] = []
  let cell = ''
  let quotedFrom = 0
  let line = 1
  let begins = 1
  const endRow = (): void => {
    cells.push(cell)
    if (cells.some((value) => value.trim() !== '')) rows.push({ cells, line: begins })
    cells = []
    cell = ''
  }
  for (let i = 0; i < source.length; i++) {
    const char = source[i] ?? ''
    const next = source[i + 1]
    const ends = char === '\n' || (char === '\r' && next !== '\n')
    if (ends) line++
    if (quotedFrom > 0) {
      if (char !== '"') cell += char
      else if (next === '"') {
        cell += '"'
        i++
      } else quotedFrom = 0
    } else if (char === '"' && cell.trim() === '') {
      cell = ''
      quotedFrom = line
    } else if (char === separator) {
      cells.push(cell)
      cell = ''
    } else if (ends) {
      endRow()
      begins = line
    } else if (char !== '\r') cell += char
  }
  if (quotedFrom > 0) throw new ModaicsError('invalid', `the quote in line ${quotedFrom} is never closed`)
  endRow()
  return rows
}

function separatorOf(source: string): string {
  const [head = ''] = source.split(/[\r\n]/, 1)
  const counts = SEPARATORS.map((separator) => head.split(separator).length)
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ','
}
