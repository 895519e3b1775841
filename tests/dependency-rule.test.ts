import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { describe, expect, test } from 'vitest'
import { ADAPTERS, createTree, RULES } from './source/dependency-rules.js'
import { parseSource } from './source/parse-source.js'
import { ROOT, readTree } from './source/read-tree.js'

const sources = readTree(/\.(ts|tsx|mjs)$/)
const tree = createTree(sources)

describe('the dependency rule', () => {
  test.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(rule(tree)).toEqual([])
  })

  test('the checker has read the repository', () => {
    for (const workspace of ['shared', 'client-sdk', 'server', 'tests'])
      expect([...tree.keys()].filter((path) => path.startsWith(`${workspace}/`)).length).toBeGreaterThan(3)
    const edges = [...tree.values()].flatMap((file) => file.imports)
    expect(edges.length).toBeGreaterThan(100)
    for (const pattern of ADAPTERS)
      expect([...tree.keys()].filter((path) => pattern.test(path))).not.toEqual([])
  })

  test('a workspace imports only packages that it declares', () => {
    const faults: string[] = []
    for (const workspace of ['shared', 'client-sdk', 'server']) {
      const manifest = JSON.parse(readFileSync(`${ROOT}${workspace}/package.json`, 'utf8'))
      const declared = new Set([
        ...Object.keys(manifest.dependencies ?? {}),
        ...Object.keys(manifest.peerDependencies ?? {}),
        ...Object.keys(manifest.optionalDependencies ?? {}),
        ...builtinModules.map((name) => `node:${name}`),
      ])
      for (const [path, { imports }] of tree) {
        // What is not shipped (tests, and build scripts: *.mjs) may use the developer's packages.
        if (
          !path.startsWith(`${workspace}/`) ||
          /\.test\.tsx?$|config\.ts$|\/testing\/|-conformance\.ts$|^[^/]+\/[^/]+\.mjs$/.test(path)
        )
          continue
        for (const { specifier } of imports) {
          if (/^[.#]/.test(specifier)) continue
          const name = /^(?:@[^/]+\/[^/]+|node:[^/]+|[^/]+)/.exec(specifier)?.[0] ?? ''
          if (!declared.has(name)) faults.push(`${path}: ${specifier}`)
        }
      }
    }
    expect(faults).toEqual([])
  })
})

/** Small trees that break one rule each, beside ones that look like it and do not. */
const EXAMPLES: Record<string, { good: Record<string, string>; bad: Record<string, string>[] }> = {
  'the folders of shared import one way': {
    good: {
      'shared/domain/a.ts': '',
      'shared/edits/b.ts': "import { a } from '../domain/a.js'",
      'shared/testing/c.ts': "import { b } from '../edits/b.js'",
      'shared/edits/b.test.ts': "import { c } from '../testing/c.js'",
    },
    bad: [
      { 'shared/domain/a.ts': "import { b } from '../edits/b.js'", 'shared/edits/b.ts': '' },
      { 'shared/colour/a.ts': "import type { b } from '../domain/b.js'", 'shared/domain/b.ts': '' },
      { 'shared/edits/a.ts': "export { b } from '../protocol/b.js'", 'shared/protocol/b.ts': '' },
      { 'shared/edits/a.ts': "const { b } = await import('../testing/b.js')", 'shared/testing/b.ts': '' },
      { 'shared/new/a.ts': "import '../domain/b.js'", 'shared/domain/b.ts': '' },
    ],
  },
  'workspaces import each other by package name, and only as the table says': {
    good: {
      'server/a.ts': "import { x } from '@modaics/shared'\nimport { y } from '@modaics/shared/node'",
      'examples/two-devices/main.ts': "import { openWardrobe } from '@modaics/client'",
      'client-sdk/a.ts': "// import { x } from '@modaics/server'\nconst text = \"import '@modaics/server'\"",
    },
    bad: [
      { 'server/a.ts': "import { x } from '@modaics/client'" },
      { 'client-sdk/a.ts': "import type { x } from '@modaics/server'" },
      { 'client-sdk/a.test.ts': "await import('@modaics/server')" },
      { 'shared/edits/a.ts': "import { x } from '@modaics/shared'" },
      { 'examples/a.ts': "import { x } from '../client-sdk/journal/journal.js'" },
      { 'server/a.ts': "import { x } from '@modaics/nothing'" },
    ],
  },
  'an import that is relative names a file that is there, as .js': {
    good: { 'server/a.ts': "import './b.js'", 'server/b.ts': '' },
    bad: [
      { 'server/a.ts': "import './b'", 'server/b.ts': '' },
      { 'server/a.ts': "import './b.ts'", 'server/b.ts': '' },
      { 'server/a.ts': "import './missing.js'" },
    ],
  },
  'only composition roots name an adapter': {
    good: {
      'server/hub/postgres-hub.ts': '',
      'server/app.ts': "import { createPostgresHub } from './hub/postgres-hub.js'",
      'server/hub/hub.test.ts': "import { createPostgresHub } from './postgres-hub.js'",
      'server/gateway/gateway.ts': "import type { Listener } from '../hub/postgres-hub.js'",
    },
    bad: [
      {
        'server/hub/postgres-hub.ts': '',
        'server/gateway/gateway.ts': "import { createPostgresHub } from '../hub/postgres-hub.js'",
      },
      {
        'client-sdk/journal/file-journal.ts': '',
        'client-sdk/replica/replica.ts': "export { openFileJournal } from '../journal/file-journal.js'",
      },
    ],
  },
  'imports have no cycles': {
    good: {
      'server/a.ts': "import './b.js'; import './c.js'",
      'server/b.ts': "import './c.js'",
      'server/c.ts': '',
    },
    bad: [
      {
        'server/a.ts': "import './b.js'",
        'server/b.ts': "import './c.js'",
        'server/c.ts': "import './a.js'",
      },
      { 'server/a.ts': "import type { A } from './a.js'" },
    ],
  },
  'nothing is exported by star': {
    good: { 'server/a.ts': "import * as Y from 'yjs'\nexport const all = 2 * 3\n/* export * from 'x' */" },
    bad: [{ 'server/a.ts': "export * from './b.js'" }, { 'server/a.ts': "export * as b from './b.js'" }],
  },
  'only configuration files have a default export': {
    good: {
      'vitest.config.ts': 'export default {}',
      'server/db/drizzle.config.ts': 'export default {}',
      'server/a.ts': "export const text = 'export default'",
    },
    bad: [
      { 'server/a.ts': 'export default function a() {}' },
      { 'server/a.ts': 'const a = 1\nexport { a as default }' },
    ],
  },
  'only server/config reads the environment': {
    good: {
      'server/config/config.ts': 'process.env.PORT',
      'server/a.test.ts': 'process.env.X',
      'server/b.ts': '/** process.env */ config.env',
      'examples/a.ts': 'process.env.CI',
    },
    bad: [
      { 'server/a.ts': 'const port = process.env.PORT' },
      { 'client-sdk/a.ts': 'const { env } = process' },
      { 'shared/a/b.ts': 'process\n  .env' },
    ],
  },
  'only shared/edits opens the array of the bag': {
    good: {
      'shared/edits/a.ts': 'doc.getArray(BAG_ROOT)',
      'shared/index.ts': "export { BAG_ROOT, readUpdate } from './edits/read-update.js'",
      'client-sdk/a.test.ts': "doc.getArray('edits')",
    },
    bad: [
      { 'client-sdk/a.ts': "doc.getArray('edits').push([1])" },
      { 'server/a.ts': "doc.getMap('edits')" },
      { 'client-sdk/a.ts': 'doc.get(BAG_ROOT, Y.Array)' },
    ],
  },
  'time, randomness and ids are arguments in shared': {
    good: {
      'shared/domain/ids.ts': 'Date.now()',
      'shared/edits/a.ts': '// Date.now()\nnew Date(ms).toISOString(); now()',
      'shared/edits/a.test.ts': 'Math.random()',
      'server/a.ts': 'Date.now()',
    },
    bad: [
      'Date.now()',
      'new Date()',
      'Math.random()',
      'crypto.randomUUID()',
      'performance.now()',
      'createId()',
    ].map((code) => ({ 'shared/edits/a.ts': `const x = ${code}` })),
  },
  'shared uses the platform of no one': {
    good: { 'shared/node/a.ts': "import 'node:fs'", 'shared/edits/a.test.ts': "import 'node:fs'" },
    bad: [{ 'shared/edits/a.ts': "import { readFileSync } from 'node:fs'" }],
  },
}

describe('the checker', () => {
  test('has examples for every rule', () => {
    expect(Object.keys(EXAMPLES)).toEqual(Object.keys(RULES))
  })

  test.each(Object.entries(RULES))('can fail, and does not where it should not: %s', (name, rule) => {
    const { good, bad } = EXAMPLES[name]!
    expect(rule(createTree(new Map(Object.entries(good))))).toEqual([])
    for (const files of bad)
      expect(rule(createTree(new Map(Object.entries(files)))), JSON.stringify(files)).not.toEqual([])
  })

  test.each<[string, [string, boolean][]]>([
    ["import { a, type B } from './x.js'", [['./x.js', false]]],
    ["import type { A } from './x.js'", [['./x.js', true]]],
    ["import { type A, type B } from './x.js'", [['./x.js', true]]],
    [
      'import a, { b } from \'x\'\nimport * as c from "y"',
      [
        ['x', false],
        ['y', false],
      ],
    ],
    ["import {\n  a,\n  b,\n} from './x.js'", [['./x.js', false]]],
    ["import './x.js'", [['./x.js', false]]],
    [
      "export { a } from './x.js'; export type { B } from './y.js'",
      [
        ['./x.js', false],
        ['./y.js', true],
      ],
    ],
    ["const m = await import('./x.js')", [['./x.js', false]]],
    ["// import './x.js'\n/* import './y.js' */ const s = \"import './z.js'\"", []],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source to be read
    ["const t = `import './x.js' ${f(`${await import('./y.js')}`)} import './z.js'`", [['./y.js', false]]],
    ["const r = /['\"`]/.test(s) // '\nimport './x.js'", [['./x.js', false]]],
    ["const q = (a + b) / 2; const u = 'http://x'\nimport './x.js'", [['./x.js', false]]],
    ["export const a = 1\nexport function from() {}\nArray.from('x')", []],
    ["const s = 'it\\'s'; import './x.js'", [['./x.js', false]]],
  ])('reads the imports of %j', (source, expected) => {
    const found = parseSource(source).imports.map(({ specifier, typeOnly }) => [specifier, typeOnly])
    expect(found).toEqual(expected)
  })
})
