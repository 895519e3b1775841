import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ROOT, readTree } from './source/read-tree.js'
import { checkSpec, rulesOf } from './source/spec-rules.js'

const spec = readFileSync(`${ROOT}docs/SPEC.md`, 'utf8')
// This file cites rules that there are not, to show that they are found.
const sources = new Map([...readTree(/\.tsx?$/)].filter(([path]) => path !== 'tests/spec.test.ts'))

describe('the specification', () => {
  test('has rules, each with one number', () => {
    expect(rulesOf(spec).length).toBeGreaterThan(20)
    expect(checkSpec(spec, sources).twice).toEqual([])
  })

  test('has no rule without a test that cites it', () => {
    expect(checkSpec(spec, sources).untested).toEqual([])
  })

  test('has every rule that a test or a comment cites', () => {
    expect(checkSpec(spec, sources).unknown).toEqual([])
  })
})

describe('the check of the specification', () => {
  const small = '## A\n\n- **AA1** One.\n- **AA2** Two.\n'
  const check = (path: string, source: string, text = small) => checkSpec(text, new Map([[path, source]]))

  test('finds rules that no test cites; a comment is no test', () => {
    expect(check('a.test.ts', "test('[AA1] x', f) // [AA2]").untested).toEqual(['AA2'])
    expect(check('a.ts', "const a = '[AA1] [AA2]'").untested).toEqual(['AA1', 'AA2'])
    expect(check('a-conformance.ts', 'test(`[AA1] [AA2]`, f)').untested).toEqual([])
  })

  test('finds citations of no rule, in tests and in comments', () => {
    expect(check('a.test.ts', "test('[AA3] x', f)").unknown).toEqual(['a.test.ts: [AA3]'])
    expect(check('a.ts', '/** So it is. [BB1] */').unknown).toEqual(['a.ts: [BB1]'])
    expect(check('a.ts', 'list[AA]; /[A-Z0-9]/').unknown).toEqual([])
  })

  test('finds a number that is used twice', () => {
    expect(check('a.ts', '', `${small}- **AA1** Again.\n`).twice).toEqual(['AA1'])
  })
})
