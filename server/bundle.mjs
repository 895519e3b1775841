// Makes the program of what tsc has compiled: `dist/main.js` and the threads it starts, in a few files instead of some
// six hundred small ones, whose reading is most of what a start takes (docs/decisions/0090-bundled-program.md).
import { readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const DIST = new URL('dist/', import.meta.url).pathname

/** Packages of many small modules, and what they need. All others stay as they are installed. */
const INLINE = [
  '@asteasolutions/zod-to-openapi',
  '@hono/node-server',
  '@hono/zod-openapi',
  '@hono/zod-validator',
  '@modaics/shared',
  '@oslojs/binary',
  '@oslojs/crypto',
  '@oslojs/encoding',
  'culori',
  'drizzle-orm',
  'hono',
  'jose',
  'lib0',
  'lucia',
  'openapi3-ts',
  'y-protocols',
  'yjs',
  'zod',
]

/** Modules that find files and threads beside themselves, which they do not have in a bundle. */
const WITH_FILES = /^@modaics\/shared\/vision\/node$/

const packageOf = (path) => path.split('/', path.startsWith('@') ? 2 : 1).join('/')

const inlineOnly = {
  name: 'inline-only',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || (INLINE.includes(packageOf(path)) && !WITH_FILES.test(path))
        ? null
        : { path, external: true },
    )
  },
}

const files = await readdir(DIST, { recursive: true })
const threads = files.filter((file) => file.endsWith('-worker.js'))

// One folder below `dist`, as the modules of `dist` are: files beside them, and `migrations/`, are found the same way.
await build({
  entryPoints: ['main.js', ...threads].map((file) => ({
    in: join(DIST, file),
    out: basename(file, '.js'),
  })),
  outdir: join(DIST, 'program'),
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  // For the packages among these that are CommonJS.
  banner: {
    js: "import{createRequire as toRequire}from'node:module';const require=toRequire(import.meta.url);",
  },
  plugins: [inlineOnly],
  logLevel: 'warning',
})
await writeFile(join(DIST, 'main.js'), "#!/usr/bin/env node\nimport './program/main.js'\n")
