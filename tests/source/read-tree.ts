import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url))

const FOLDERS = ['shared', 'client-sdk', 'server', 'migrations', 'examples', 'bench', 'tests']
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage'])

/** Source files of the repository, by path from its root. */
export function readTree(pattern: RegExp): Map<string, string> {
  const files = new Map<string, string>()
  const visit = (folder: string): void => {
    for (const entry of readdirSync(ROOT + folder, { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(entry.name) && !entry.name.startsWith('.')) visit(path)
      } else if (entry.isFile() && pattern.test(path)) files.set(path, readFileSync(ROOT + path, 'utf8'))
    }
  }
  for (const folder of FOLDERS) if (existsSync(ROOT + folder)) visit(folder)
  return new Map([...files].sort(([x], [y]) => (x < y ? -1 : 1)))
}
