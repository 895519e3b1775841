import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { type ChangesOf, fieldsOf, ModaicsError } from '@modaics/shared'
import type { ImportSource } from '../photos/import-photos.js'

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

/** Other columns are fields of items: texts, numbers, and sets with `;` between their elements. */
async function csvSources(path: string): Promise<ImportSource[]> {
  const [head = [], ...rows] = readCsv(await readFile(path, 'utf8'))
  const file = head.indexOf('file')
  if (file < 0) throw new ModaicsError('invalid', `${path} has no column called file`)
  const fields = fieldsOf('items')
  const unknown = head.filter((name) => name !== 'file' && !SETTABLE.has(fields[name]?.type ?? ''))
  if (unknown.length > 0)
    throw new ModaicsError('invalid', `${path} has columns that no piece has: ${unknown.join(', ')}`)
  return rows.map((row) => {
    const name = row[file] ?? ''
    const item: Record<string, unknown> = {}
    for (const [i, column] of head.entries()) {
      const text = row[i]?.trim() ?? ''
      if (i === file || text === '') continue
      const type = fields[column]?.type
      item[column] =
        type === 'number'
          ? Number(text)
          : type === 'set'
            ? text.split(';').map((element) => element.trim())
            : text
    }
    return { name, read: () => readPicture(join(dirname(path), name)), item: item as ChangesOf<'items'> }
  })
}

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

/** RFC 4180; a byte order mark and empty lines are passed over. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = (): void => {
    row.push(cell)
    if (row.some((value) => value !== '')) rows.push(row)
    row = []
    cell = ''
  }
  const source = text.replace(/^\uFEFF/, '')
  for (let i = 0; i < source.length; i++) {
    const char = source[i] ?? ''
    if (quoted) {
      if (char !== '"') cell += char
      else if (source[i + 1] === '"') {
        cell += '"'
        i++
      } else quoted = false
    } else if (char === '"') quoted = true
    else if (char === ',') {
      row.push(cell)
      cell = ''
    } else if (char === '\n') endRow()
    else if (char !== '\r') cell += char
  }
  endRow()
  return rows
}
