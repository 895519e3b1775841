import { builtinModules } from 'node:module'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Bundle, bundlePage, ENTRY_PATH } from './bundle.js'

describe('the SDK in a bundle for browsers', () => {
  let bundle: Bundle
  const scripts = () => [...bundle].filter(([, { type }]) => type === 'text/javascript')

  beforeAll(async () => {
    bundle = await bundlePage('./wardrobe-page.ts')
  })

  test('takes the platform of the browser and nothing that is written for Node', () => {
    const modules = scripts().flatMap(([, file]) => file.modules)
    expect(modules.some((id) => id.endsWith('client-sdk/platform/browser.ts'))).toBe(true)
    expect(
      modules.filter((id) =>
        /platform\/node\.ts|file-journal|journal-files|node-seed|node_modules\/ws\//.test(id),
      ),
    ).toEqual([])
  })

  test('imports no module of Node', () => {
    const names = builtinModules.map((name) => name.replaceAll('/', '\\/')).join('|')
    const imported = new RegExp(`(?:\\bfrom|\\bimport\\(?)\\s*["'](?:node:[^"']+|${names})["']`)
    for (const [path, { body }] of scripts()) expect(imported.exec(String(body))?.[0], path).toBeUndefined()
    // What could find one does.
    expect('import { join } from "node:path"').toMatch(imported)
    expect("await import('fs')").toMatch(imported)
  })

  test('leaves PGlite out of what a page loads first, and brings its files along', () => {
    const entry = bundle.get(ENTRY_PATH)
    expect(entry?.modules.filter((id) => id.includes('@electric-sql/pglite'))).toEqual([])
    const paths = [...bundle.keys()]
    for (const file of [/pglite.*\.wasm$/, /pglite.*\.data$/, /initdb.*\.wasm$/])
      expect(paths.filter((path) => file.test(path))).toHaveLength(1)
  })

  test('leaves what sees kinds and patterns out of what a page loads first, and brings its worker and weights along', () => {
    const entry = bundle.get(ENTRY_PATH)
    expect(entry?.modules.filter((id) => id.includes('shared/vision/network'))).toEqual([])
    const paths = [...bundle.keys()]
    for (const file of [/look-worker.*\.js$/, /eyes.*\.bin$/])
      expect(paths.filter((path) => file.test(path))).toHaveLength(1)
  })
})
