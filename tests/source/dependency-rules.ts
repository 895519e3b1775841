import { posix } from 'node:path'
import { type Import, parseSource } from './parse-source.js'

/** The rules of DESIGN §6 as tables, and what checks them. A fault is a line of text: where, and what is wrong. */
export type Rule = (tree: Tree) => string[]

interface SourceFile {
  readonly path: string
  readonly code: string
  readonly imports: readonly (Import & { readonly target: string | undefined })[]
}

export type Tree = ReadonlyMap<string, SourceFile>

const PACKAGES: Readonly<Record<string, string>> = {
  '@modaics/shared': 'shared',
  '@modaics/client': 'client-sdk',
  '@modaics/server': 'server',
}

/** What each folder of `shared` may import of the others. */
const SHARED_LAYERS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  colour: [],
  picture: ['colour'],
  search: ['domain', 'colour'],
  edits: ['domain'],
  protocol: ['domain', 'edits'],
  tables: ['domain', 'edits'],
  words: ['domain', 'colour'],
  taste: ['domain', 'colour', 'words'],
  outfit: ['domain', 'colour', 'words', 'taste'],
  insight: ['domain', 'colour', 'words', 'taste', 'outfit'],
  vision: ['domain', 'colour'],
  node: ['domain'],
  testing: ['domain', 'edits', 'protocol', 'tables'],
  'index.ts': [
    'domain',
    'colour',
    'picture',
    'search',
    'edits',
    'protocol',
    'tables',
    'words',
    'taste',
    'outfit',
    'insight',
    'vision',
  ],
}

/** What each workspace may import of the packages. */
const PACKAGE_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  'client-sdk': ['@modaics/shared'],
  server: ['@modaics/shared'],
  migrations: [],
  examples: ['@modaics/shared', '@modaics/client', '@modaics/server'],
  bench: ['@modaics/shared', '@modaics/client', '@modaics/server'],
  tests: ['@modaics/shared', '@modaics/client', '@modaics/server'],
}

const COMPOSITION_ROOTS =
  /^(server\/(main|app|index|db\/open-database)\.ts|client-sdk\/open-wardrobe\.ts|client-sdk\/platform\/.*)$/

/** Files that implement a port: only composition roots name them. */
export const ADAPTERS: readonly RegExp[] = [
  /^server\/db\/(pglite|postgres)-database\.ts$/,
  /^server\/hub\/(local|postgres|redis)-hub\.ts$/,
  /^server\/photos\/(file|s3)-photo-store\.ts$/,
  /^client-sdk\/journal\/(file|indexeddb|memory)-journal\.ts$/,
]

const TEST = /\.test\.tsx?$|-conformance\.ts$|\.browser\.ts$|^tests\/|^[a-z-]+\/(.+\/)?testing\//
/** of `shared`, for Node alone */
const NODE = /^shared\/(vision\/)?node\//
const CONFIG = /(^|\/|\.)[a-z-]*\.?config\.ts$/

export function createTree(sources: ReadonlyMap<string, string>): Tree {
  const tree = new Map<string, SourceFile>()
  for (const [path, source] of sources) {
    const { code, imports } = parseSource(source)
    const resolved = imports.map((one) => ({ ...one, target: resolve(path, one.specifier, sources) }))
    tree.set(path, { path, code, imports: resolved })
  }
  return tree
}

function resolve(from: string, specifier: string, sources: ReadonlyMap<string, string>): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const path = posix.join(posix.dirname(from), specifier)
  const stem = path.replace(/\.jsx?$/, '')
  return [`${stem}.ts`, `${stem}.tsx`, path].find((one) => sources.has(one)) ?? path
}

const workspaceOf = (path: string): string => path.slice(0, path.indexOf('/'))
const layerOf = (path: string): string => path.split('/')[1] ?? ''

function* imports(tree: Tree): Generator<[SourceFile, SourceFile['imports'][number]]> {
  for (const file of tree.values()) for (const one of file.imports) yield [file, one]
}

function faultsInCode(tree: Tree, where: (path: string) => boolean, what: RegExp, fault: string): string[] {
  const faults: string[] = []
  for (const { path, code } of tree.values()) {
    const found = where(path) ? what.exec(code) : null
    if (found) faults.push(`${path}: ${fault} (${found[0].trim()})`)
  }
  return faults
}

/** The rules by name. A test in `shared` may use any folder of it, to check one against another. */
export const RULES: Readonly<Record<string, Rule>> = {
  'the folders of shared import one way'(tree) {
    const faults: string[] = []
    for (const [{ path }, { target }] of imports(tree)) {
      if (workspaceOf(path) !== 'shared' || target === undefined || workspaceOf(target) !== 'shared') continue
      const from = layerOf(path)
      const to = layerOf(target)
      if (from === to || /\.test\.ts$/.test(path)) continue
      if (!Object.hasOwn(SHARED_LAYERS, from)) faults.push(`${path}: the folder has no line in the table`)
      else if (!SHARED_LAYERS[from]?.includes(to))
        faults.push(`${path}: ${from} may not import ${to} (${target})`)
    }
    return faults
  },

  'workspaces import each other by package name, and only as the table says'(tree) {
    const faults: string[] = []
    for (const [{ path }, { specifier, target }] of imports(tree)) {
      const workspace = workspaceOf(path)
      if (target !== undefined) {
        // The tests at the root put whole programs together with the helpers of the workspaces.
        const helper = workspace === 'tests' && /^(server|client-sdk)\/testing\//.test(target)
        if (!target.startsWith(`${workspace}/`) && !helper)
          faults.push(`${path}: leaves its workspace by path (${specifier})`)
        continue
      }
      const name = /^@modaics\/[^/]+/.exec(specifier)?.[0]
      if (name === undefined) continue
      if (!Object.hasOwn(PACKAGES, name)) faults.push(`${path}: there is no package ${name}`)
      else if (!PACKAGE_IMPORTS[workspace]?.includes(name))
        faults.push(`${path}: ${workspace} may not import ${specifier}`)
    }
    return faults
  },

  'an import that is relative names a file that is there, as .js'(tree) {
    const faults: string[] = []
    for (const [{ path }, { specifier, target }] of imports(tree)) {
      if (target === undefined || /\.(json|css)$/.test(target)) continue
      if (!tree.has(target) || !/\.(js|mjs)$/.test(specifier))
        if (!(path.endsWith('.mjs') || path.startsWith('examples/web/'))) faults.push(`${path}: ${specifier}`)
    }
    return faults
  },

  'only composition roots name an adapter'(tree) {
    const isAdapter = (path: string): boolean => ADAPTERS.some((pattern) => pattern.test(path))
    const faults: string[] = []
    for (const [{ path }, { target, typeOnly }] of imports(tree)) {
      if (target === undefined || typeOnly || !isAdapter(target)) continue
      if (COMPOSITION_ROOTS.test(path) || TEST.test(path)) continue
      if (isAdapter(path) && posix.dirname(path) === posix.dirname(target)) continue
      faults.push(`${path}: names the adapter ${target}`)
    }
    return faults
  },

  'imports have no cycles'(tree) {
    const faults: string[] = []
    const state = new Map<string, 'open' | 'done'>()
    const trail: string[] = []
    const visit = (path: string): void => {
      if (state.get(path) === 'done') return
      if (state.get(path) === 'open') {
        faults.push(`${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`)
        return
      }
      state.set(path, 'open')
      trail.push(path)
      for (const { target } of tree.get(path)?.imports ?? []) if (target !== undefined) visit(target)
      trail.pop()
      state.set(path, 'done')
    }
    for (const path of tree.keys()) visit(path)
    return faults
  },

  'nothing is exported by star': (tree) =>
    faultsInCode(tree, () => true, /(?<![.\w$])export\s*\*[^;\n]*/, 'exports by star'),

  'only configuration files have a default export': (tree) =>
    faultsInCode(
      tree,
      (path) => !CONFIG.test(path) && path !== 'bench/peers-adapter.mjs',
      /(?<![.\w$])export\s+default\b|(?<![.\w$])export\s*\{[^}]*\bas\s+default\b/,
      'has a default export',
    ),

  'only server/config reads the environment': (tree) =>
    faultsInCode(
      tree,
      (path) =>
        /^(shared|client-sdk|server|migrations)\//.test(path) &&
        !path.startsWith('server/config/') &&
        !TEST.test(path) &&
        !CONFIG.test(path),
      /\bprocess\s*\.\s*env\b|\bimport\.meta\.env\b|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/,
      'reads the environment',
    ),

  'only shared/edits opens the array of the bag': (tree) =>
    faultsInCode(
      tree,
      (path) =>
        /^(shared|client-sdk|server)\//.test(path) && !path.startsWith('shared/edits/') && !TEST.test(path),
      /\.\s*(getArray|getMap|getText|getXmlFragment)\s*\(|\bBAG_ROOT\b(?!\s*,?\s*(?:[\w,\s]*)\}\s*from\b)/,
      'opens a type of the document',
    ),

  'time, randomness and ids are arguments in shared': (tree) =>
    faultsInCode(
      tree,
      (path) =>
        path.startsWith('shared/') && path !== 'shared/domain/ids.ts' && !NODE.test(path) && !TEST.test(path),
      /\bDate\s*\.\s*now\b|\bnew\s+Date\s*\(\s*\)|\bDate\s*\(\s*\)|\bMath\s*\.\s*random\b|\bcrypto\b|\bperformance\s*\.\s*now\b|\bprocess\b|\bset(?:Timeout|Interval|Immediate)\b|\bcreateId\s*\(/,
      'reads a clock, randomness or the process',
    ),

  'shared uses the platform of no one': (tree) => {
    const faults: string[] = []
    for (const [{ path }, { specifier }] of imports(tree))
      if (path.startsWith('shared/') && !NODE.test(path) && !TEST.test(path))
        if (specifier.startsWith('node:')) faults.push(`${path}: imports ${specifier}`)
    return faults
  },
}
