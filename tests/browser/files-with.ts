import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The files of a folder, as paths in it, that have the text in UTF-8 or UTF-16. */
export async function filesWith(text: string, folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path).catch(() => Buffer.alloc(0)) // gone meanwhile
    if (bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le')))
      found.push(path.slice(folder.length))
  }
  return found
}
