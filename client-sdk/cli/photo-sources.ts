import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { type ChangesOf, fieldsOf, ModaicsError } from '@modaics/shared'
import type { ImportSource } from '../photos/import-photos.js'
import { decodeCsv, readCsv } from './csv.js'

const PICTURES = /\.(jpe?g|png|webp|avif|heic|heif)$/i

/** The pictures of a folder and those below it, by name; or those that a CSV names in its column `file`. */
export async function photoSources(path: string): Promise<ImportSource[]> {
  const found = await stat(path).catch(() => null)
  if (!found) throw new ModaicsError('not-found', `there is nothing at ${path}`)
  return found.isDirectory() ? folderSources(path) : csvSources(path)
}

async function folderSources(folder: string): Promise<ImportSource[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && PICTURES.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ name: relative(folder, path), read: () => readPicture(path) }))
}

/**
 * Other columns are fields of items: texts, numbers, and sets with `;` or `|` between their elements. A row that is wrong is
 * told when it is read, as a picture that is missing is.
 */
async function csvSources(path: string): Promise<ImportSource[]> {
  const [head, ...rows] = readCsv(decodeCsv(await readFile(path)))
  const columns = (head?.cells ?? []).map((name) => name.trim().toLowerCase())
  const fields = fieldsOf('items')
  const names = columns.map((column) =>
    column === 'file' ? column : Object.keys(fields).find((field) => field.toLowerCase() === column),
  )
  if (!columns.includes('file')) throw new ModaicsError('invalid', `${path} has no column called file`)
  const unknown = columns.filter(
    (_, i) => names[i] !== 'file' && !SETTABLE.has(fields[names[i] ?? '']?.type ?? ''),
  )
  if (unknown.length > 0)
    throw new ModaicsError('invalid', `${path} has columns that no piece has: ${unknown.join(', ')}`)
  const twice = columns.filter((column, i) => columns.indexOf(column) !== i)
  if (twice.length > 0) throw new ModaicsError('invalid', `${path} has the column ${twice[0]} twice`)

  const lineOf = new Map<string, number>()
  return rows.map(({ cells, line }) => {
    const wrong: string[] = []
    const item: Record<string, unknown> = {}
    for (const [i, name] of names.entries()) {
      const text = cells[i]?.trim() ?? ''
      if (name === undefined || name === 'file' || text === '') continue
      const type = fields[name]?.type
      if (type === 'number') {
        item[name] = numberOf(text)
        if (item[name] === null) wrong.push(`${name} “${text}” is no number`)
      } else item[name] = type === 'set' ? elementsOf(text) : text
    }
    const name = cells[columns.indexOf('file')]?.trim() ?? ''
    const before = lineOf.get(name)
    if (name === '') wrong.push('no file is named')
    else if (before !== undefined) wrong.push(`the file is that of line ${before}`)
    else lineOf.set(name, line)
    if (cells.slice(columns.length).some((cell) => cell.trim() !== ''))
      wrong.push('there are more cells than columns')
    const read = async (): Promise<Uint8Array> => {
      if (wrong.length > 0) throw new ModaicsError('invalid', `line ${line}: ${wrong.join('; ')}`)
      return readPicture(resolve(dirname(path), name))
    }
    return { name: name || basename(path), read, item: item as ChangesOf<'items'> }
  })
}

/** `49`, `49.5`, and as spreadsheets of many countries have it, `49,50`; null for what may be read in two ways, and the rest. */
function numberOf(text: string): number | null {
  return /^-?\d+(\.\d+|,\d{1,2})?$/.test(text) ? Number(text.replace(',', '.')) : null
}

const elementsOf = (text: string): string[] =>
  text
    .split(/[;|]/)
    .map((element) => element.trim())
    .filter((element) => element !== '')

async function readPicture(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    const absent = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new ModaicsError(
      absent ? 'not-found' : 'storage-failed',
      absent ? 'there is no such file' : 'the file cannot be read',
      { cause },
    )
  }
}

const SETTABLE: ReadonlySet<string> = new Set(['text', 'number', 'set'])
