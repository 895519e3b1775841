// npm run eval:outfit [-- --palettes FILE] [--outfits FILE] [--json]     (README.md of this folder says what is measured)
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { OutfitResult, TitledOutfit } from './outfits.js'
import { evaluateOutfits, readOutfits } from './outfits.js'
import type { PaletteResult } from './palettes.js'
import { evaluatePalettes, readPalettes } from './palettes.js'

const { values: options } = parseArgs({
  options: {
    palettes: { type: 'string' },
    outfits: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const palettes = measure(options.palettes, `${data}colour/rated-palettes.json`, (path) =>
  evaluatePalettes(readPalettes(path)),
)
const outfits = measure(options.outfits, `${data}outfits/valid.json`, (path) =>
  evaluateOutfits(readOutfits(path), othersThan(path)),
)
if (options.json) console.log(JSON.stringify({ palettes, outfits }))
else {
  if (palettes) console.log(paletteTable(palettes))
  if (outfits) console.log(outfitTable(outfits))
}

/** The training part, to say what learning would add; none where it is absent or is what is measured. */
function othersThan(path: string): TitledOutfit[] {
  const train = `${data}outfits/train.json`
  return existsSync(train) && resolve(path) !== resolve(train) ? readOutfits(train) : []
}

/** Null, and said aloud, where the usual data are absent; a file that was asked for must be there. */
function measure<T>(asked: string | undefined, usual: string, evaluate: (path: string) => T): T | null {
  const path = asked ?? usual
  if (asked === undefined && !existsSync(path)) {
    console.error(`SKIPPED: ${path} is absent, so nothing was measured on it`)
    return null
  }
  return evaluate(path)
}

function paletteTable({ n, models }: PaletteResult): string {
  const rows = models.map(({ model, rho, halves }) => [
    model,
    ...[rho, ...halves].map((value) => value.toFixed(3)),
  ])
  return table(`Harmony of ${n} rated palettes: Spearman's rho`, ['model', 'rho', 'even', 'odd'], rows)
}

function outfitTable({ n, questions, models }: OutfitResult): string {
  const percent = (share: number): string => (100 * share).toFixed(1)
  const rows = models.map((model) => [
    model.model,
    `${percent(model.fitb)} ± ${percent(model.margin)}`,
    percent(model.auc),
  ])
  return table(
    `${n} outfits, ${questions} blanks with three distractors of the same slot`,
    ['model', 'FITB %', 'AUC %'],
    rows,
  )
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [`\n${title}\n`, line(head), rule, ...rows.map(line)].join('\n')
}
