import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'

/** What a bundler makes of the SDK for a page: path → file. */
export type Bundle = ReadonlyMap<string, BundledFile>

export interface BundledFile {
  readonly body: string | Uint8Array
  readonly type: string
  /** of a script: the modules that went into it, by file */
  readonly modules: readonly string[]
}

/** The script that a page loads. */
export const ENTRY_PATH = '/entry.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  wasm: 'application/wasm',
  data: 'application/octet-stream',
}

/**
 * Bundles a page's script in memory, as an app's Vite would, from the TypeScript sources.
 *
 * @param entry of this folder
 * @param alias module → file of this folder that stands for it
 */
export async function bundlePage(
  entry: string,
  alias: Readonly<Record<string, string>> = {},
): Promise<Bundle> {
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
  const built = (await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    resolve: {
      conditions: ['@modaics/source', 'module', 'browser', 'production'],
      alias: Object.fromEntries(Object.entries(alias).map(([name, file]) => [name, here(file)])),
    },
    worker: { format: 'es' },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: here(entry),
        output: { entryFileNames: ENTRY_PATH.slice(1) },
      },
    },
  })) as Rolldown.RolldownOutput
  return new Map(
    built.output.map((file) => [
      `/${file.fileName}`,
      {
        body: file.type === 'chunk' ? file.code : file.source,
        type: TYPES[file.fileName.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
        modules: file.type === 'chunk' ? file.moduleIds : [],
      },
    ]),
  )
}
