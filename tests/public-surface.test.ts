import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ROOT } from './source/read-tree.js'

// What each package gives away, by name. A name that comes or goes is a diff of tests/surface that someone approves
// (`npx vitest run tests/public-surface.test.ts -u`).

interface Entry {
  /** as an importer writes it */
  readonly name: string
  readonly file: string
}

const entries: Entry[] = ['shared', 'client-sdk', 'server'].flatMap((workspace) => {
  const manifest = JSON.parse(readFileSync(`${ROOT}${workspace}/package.json`, 'utf8'))
  return Object.entries<Record<string, string>>(manifest.exports).map(([path, targets]) => ({
    name: manifest.name + path.slice(1),
    file: `${ROOT}${workspace}/${targets['@modaics/source']?.slice(2)}`,
  }))
})

/** Names that are types only: they stand in `export type { … }` lists of the entry. */
function typeNames(source: string): string[] {
  return [...source.matchAll(/^export type \{([^}]*)\}/gm)]
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.trim().replace(/^.* as /, ''))
    .filter((name) => name !== '')
}

describe('the public surface', () => {
  test('covers the entries of all packages', () => {
    expect(entries.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        '@modaics/shared',
        '@modaics/shared/testing',
        '@modaics/client',
        '@modaics/server',
      ]),
    )
  })

  test.each(entries)('$name', async ({ name, file }) => {
    expect(existsSync(file), `${file} is there`).toBe(true)
    const values = Object.keys(await import(file)).sort()
    const types = typeNames(readFileSync(file, 'utf8')).sort()
    expect(values).not.toContain('default')
    const text = `${[...values, '', ...types.map((type) => `type ${type}`)].join('\n')}\n`
    await expect(text).toMatchFileSnapshot(`./surface/${name.replace('@', '').replaceAll('/', '-')}.snap`)
  })
})
