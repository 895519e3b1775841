import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { cohenOr, ouLuo, wheel } from './colour-baselines.js'
import { learn } from './learned.js'
import type { TitledOutfit } from './outfits.js'
import { evaluateOutfits } from './outfits.js'
import { evaluatePalettes } from './palettes.js'
import { areaUnderCurve, ranks, spearman } from './statistics.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

describe('the statistics', () => {
  test('rank equals by their mean', () => {
    expect(ranks([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2])
  })

  test('rho is 1 for any rising relation, −1 for a falling one, 0 for none', () => {
    expect(spearman([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1, 12)
    expect(spearman([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12)
    expect(spearman([1, 1, 1], [1, 2, 3])).toBe(0)
    // The example of a textbook: IQ and hours of television, rho = −29/165.
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    expect(spearman(iq, hours)).toBeCloseTo(-29 / 165, 12)
  })

  test('the area under the curve is the share of pairs in order, ties by half', () => {
    expect(areaUnderCurve([3, 2], [1, 2])).toBeCloseTo((1 + 1 + 1 + 0.5) / 4, 12)
  })
})

describe('the models of others', () => {
  const near = ['#c03030', '#c06030']
  const across = ['#c03030', '#30c0c0']
  const odd = ['#c03030', '#90c030']

  test('the wheel likes neighbours and opposites more than hues in between', () => {
    expect(wheel(near)).toBeGreaterThan(wheel(odd))
    expect(wheel(across)).toBeGreaterThan(wheel(odd))
    expect(wheel(['#808080', '#90c030'])).toBe(1)
  })

  test('a palette within a template of Cohen-Or costs nothing, whatever its rotation', () => {
    expect(cohenOr(near)).toBeCloseTo(0, 9)
    expect(cohenOr(across)).toBeCloseTo(0, 9)
    expect(cohenOr(['#c03030', '#a8c030', '#30c078', '#3078c0', '#a830c0'])).toBeLessThan(-1)
  })

  test('Ou and Luo like one hue in two lightnesses more than two strong hues, and light more than dark', () => {
    expect(ouLuo(['#3060a0', '#7fa4d4'])).toBeGreaterThan(ouLuo(['#3060a0', '#e07020']))
    expect(ouLuo(['#d0d0d0', '#e8e8e8'])).toBeGreaterThan(ouLuo(['#101010', '#282828']))
  })
})

test('what is learned from outfits is which words stand together in one, brands left out', () => {
  const worn = (upper: string, shoe: string) => ({ upper, shoe })
  const judge = learn([
    ...Array.from({ length: 8 }, () => worn('lace acme blouse', 'ballet acme flats')),
    ...Array.from({ length: 8 }, () => worn('studded jacket', 'combat boots')),
  ])
  expect(judge(worn('lace top', 'ballet shoes'))).toBeGreaterThan(judge(worn('lace top', 'combat shoes')))
  expect(judge(worn('acme', 'acme'))).toBe(0)
})

describe('the command', () => {
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=@modaics/source', `${ROOT}bench/eval/main.ts`, ...args],
      { encoding: 'utf8', cwd: ROOT },
    )
  const folder = mkdtempSync(join(tmpdir(), 'eval-'))
  const file = (name: string, data: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(data))
    return join(folder, name)
  }
  afterAll(() => rmSync(folder, { recursive: true }))

  test('prints one JSON object for files of the same shape', () => {
    const palettes = file('palettes.json', [
      { colours: ['#d6e6f4', '#6ea3d0', '#245a8c'], mean: 4 },
      { colours: ['#ff0000', '#00ff00', '#0000ff'], mean: 2 },
    ])
    const piece = (name: string) => ({ index: 1, name })
    const outfits = file(
      'outfits.json',
      Object.fromEntries(
        ['lace', 'denim', 'suede', 'plaid', 'silk'].map((word, i) => [
          String(i),
          { upper: piece(`${word} top`), shoe: piece(`${word} shoes`), bag: piece('') },
        ]),
      ),
    )
    const { status, stdout, stderr } = run('--palettes', palettes, '--outfits', outfits, '--json')
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      palettes: { n: 2, rho: 1 },
      outfits: { n: 5, questions: 10, fitb: expect.any(Number), auc: expect.any(Number) },
    })
  })

  test('fails where a file that was asked for is absent or something else', () => {
    expect(run('--palettes', join(folder, 'none.json')).status).not.toBe(0)
    expect(run('--outfits', file('list.json', [])).status).not.toBe(0)
  })
})

describe('the evaluation', () => {
  const colors = ['red', 'navy', 'black', 'white', 'green', 'pink', 'beige', 'brown', 'yellow', 'grey']
  const outfits: TitledOutfit[] = colors.map((color, i) => ({
    id: String(i),
    pieces: { upper: `${color} sweater`, bottom: `${color} skirt`, shoe: `${colors[(i + 1) % 10]} pumps` },
  }))

  test('asks for every piece once, and does not depend on the order of the file', () => {
    const result = evaluateOutfits(outfits)
    expect(result).toMatchObject({ n: 10, questions: 30 })
    expect(evaluateOutfits([...outfits].reverse())).toEqual(result)
  })

  test('gives chance a quarter of the blanks and half of the area', () => {
    const chance = evaluateOutfits(outfits).models.find(({ model }) => model === 'chance')
    expect(chance).toMatchObject({ fitb: 0.25, auc: 0.5 })
  })

  test('has nothing to ask of too few outfits', () => {
    expect(evaluateOutfits(outfits.slice(0, 2))).toMatchObject({ n: 2, questions: 0, fitb: 0 })
  })

  test('compares every model of harmony with the ratings', () => {
    const palettes = colors.map((_, i) => ({ colours: ['#c03030', '#30c0c0', '#202020'], mean: i }))
    const { n, models } = evaluatePalettes(palettes)
    expect(n).toBe(10)
    for (const { rho } of models) expect(rho).toBe(0)
  })
})
