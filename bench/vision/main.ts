import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { garmentMask, type RgbaImage, toLabPixels } from '@modaics/shared'
import {
  analysePhoto,
  clothColors,
  createEyes,
  EYES_FILE,
  nameOklab,
  PHOTO_KINDS,
  type PhotoAnalysis,
} from '@modaics/shared/vision'
import sharp from 'sharp'
import { withStandIn } from './fusion.js'
import { type Label, readLabels } from './labels.js'
import { balanced, calibrationError, macroF1, mean, median } from './measure.js'
import { readPicture } from './pictures.js'
import { findSimilar } from './similar.js'
import { acceptsColor, colorWord, patternWord } from './words.js'

// How the local vision does on photos that people labelled: README.md here says what is measured.

const { values } = parseArgs({ options: { data: { type: 'string' }, json: { type: 'boolean' } } })
const own = values.data === undefined
const directory = values.data ?? fileURLToPath(new URL('../../../shared/data/garments/dev', import.meta.url))
const labelFile = own ? new URL('labels.csv', import.meta.url) : `${directory}/labels.csv`
if (!existsSync(directory)) {
  console.error(`no photos in ${directory}: nothing was measured`)
  process.exit(2)
}

const TEN = ['Dress', 'Hat', 'Longsleeve', 'Outwear', 'Pants', 'Shirt', 'Shoes', 'Shorts', 'Skirt', 'T-Shirt']
/** the part of the body that a piece is for */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  whole: ['Dress'],
  head: ['Hat'],
  feet: ['Shoes'],
  lower: ['Pants', 'Shorts', 'Skirt'],
  upper: [
    'Blazer',
    'Blouse',
    'Body',
    'Hoodie',
    'Longsleeve',
    'Outwear',
    'Polo',
    'Shirt',
    'T-Shirt',
    'Top',
    'Undershirt',
  ],
}
const placeOf = (label: string): string =>
  Object.entries(PLACES).find(([, labels]) => labels.includes(label))?.[0] ?? label

interface Judged extends Label {
  /** all classes, the likeliest first */
  readonly kinds: readonly { readonly label: string; readonly confidence: number }[]
  readonly color: string
  readonly colorConfidence: number
  readonly seen: PhotoAnalysis
  readonly pattern: string
  readonly patternConfidence: number
  readonly wholeImage: string
  readonly centreCrop: string
  readonly ms: number
  /** of the processor, all threads */
  readonly cpuMs: number
}

sharp.concurrency(1)
const eyes = await createEyes(readFileSync(EYES_FILE))
const photos = readLabels(labelFile)
const files = new Map(
  readdirSync(directory, { recursive: true }).map((path) => [baseName(String(path)), String(path)]),
)
const judged: Judged[] = []
let peak = 0
for (const photo of photos) {
  const path = files.get(baseName(photo.file))
  if (path === undefined) throw new Error(`${photo.file} is not in ${directory}`)
  judged.push(await judge(photo, `${directory}/${path}`))
}

const ten = judged.filter(({ label }) => TEN.includes(label))
const all = judged.filter(({ label }) => label !== '')
const colored = judged.filter(({ colors }) => colors.length > 0)
const vocabulary = new Set(colored.flatMap(({ colors }) => colors.map(colorWord)))
const patterned = judged.filter(({ patterns }) => patterns.length > 0)
const firstPattern = ({ patterns }: Judged): string => patternWord(patterns[0] ?? '')
const common = patterned.filter(
  (photo) => patterned.filter((other) => firstPattern(other) === firstPattern(photo)).length >= 5,
)
const rightPattern = ({ patterns, pattern }: Judged): boolean => patterns.map(patternWord).includes(pattern)
const accepted = (name: (photo: Judged) => string): number =>
  mean(colored.map((photo) => (acceptsColor(photo.colors, name(photo), vocabulary) ? 1 : 0)))
const ranked = ({ kinds }: Judged, among?: readonly string[]): string[] =>
  kinds.map(({ label }) => label).filter((label) => !among || among.includes(label))
const classOf = ({ label }: Judged): string => label
const rightPlace = (photo: Judged): boolean => placeOf(ranked(photo, TEN)[0] ?? '') === placeOf(photo.label)

const fusion = withStandIn(
  colored.map(({ colors, seen }) => ({ accepted: colors, pixels: seen.colors })),
  vocabulary,
)

const result = {
  photos: judged.length,
  colour: {
    n: colored.length,
    acceptable: accepted(({ color }) => color),
    wholeImage: accepted(({ wholeImage }) => wholeImage),
    centreCrop: accepted(({ centreCrop }) => centreCrop),
  },
  category10: category(ten, TEN),
  category16: category(all),
  slot: {
    n: ten.length,
    top1: balanced(ten, classOf, rightPlace),
    placesBalanced: balanced(ten, ({ label }) => placeOf(label), rightPlace),
  },
  pattern: {
    n: common.length,
    balanced: balanced(common, firstPattern, rightPattern),
    classes: Object.fromEntries(
      [...new Set(common.map(firstPattern))].map((name) => {
        const mine = common.filter((photo) => firstPattern(photo) === name)
        return [name, { n: mine.length, right: mean(mine.map((photo) => (rightPattern(photo) ? 1 : 0))) }]
      }),
    ),
  },
  calibration: {
    ece: calibrationError(
      all.map((photo) => ({
        confidence: photo.kinds[0]?.confidence ?? 0,
        right: ranked(photo)[0] === photo.label,
      })),
    ),
    colour: calibrationError(
      colored.map((photo) => ({
        confidence: photo.colorConfidence,
        right: acceptsColor(photo.colors, photo.color, vocabulary),
      })),
    ),
    pattern: calibrationError(
      patterned.map((photo) => ({ confidence: photo.patternConfidence, right: rightPattern(photo) })),
    ),
  },
  fusion,
  similar: findSimilar(
    colored.filter(({ label }) => label !== ''),
    vocabulary,
  ),
  time: {
    msPerPhoto: median(judged.map(({ ms }) => ms)),
    cpuMsPerPhoto: median(judged.map(({ cpuMs }) => cpuMs)),
    peakMiB: peak,
  },
}

if (values.json) console.log(JSON.stringify(result))
else print()

function category(items: readonly Judged[], among?: readonly string[]) {
  return {
    n: items.length,
    top1: balanced(items, classOf, (photo) => ranked(photo, among)[0] === photo.label),
    top3: balanced(items, classOf, (photo) => ranked(photo, among).slice(0, 3).includes(photo.label)),
    macroF1: macroF1(items, classOf, (photo) => ranked(photo, among)[0] ?? ''),
  }
}

async function judge(photo: Label, path: string): Promise<Judged> {
  const started = performance.now()
  const before = process.cpuUsage()
  const image = await readPicture(path)
  const seen = await analysePhoto(image, eyes, { kinds: PHOTO_KINDS.length })
  const ms = performance.now() - started
  const { user, system } = process.cpuUsage(before)
  peak = Math.max(peak, process.resourceUsage().maxRSS / 1024)
  const kinds = (seen.kinds ?? []).map(({ category, subcategory, confidence }) => {
    const taken = subcategory === 'jeans' ? 'trousers' : subcategory
    const kind = PHOTO_KINDS.find((one) => one.category === category && one.subcategory === taken)
    return { label: kind?.label ?? '', confidence }
  })
  return {
    ...photo,
    kinds,
    color: seen.colors?.value[0]?.name ?? '',
    colorConfidence: seen.colors?.confidence ?? 0,
    seen,
    pattern: patternWord(seen.pattern?.value ?? ''),
    patternConfidence: seen.pattern?.confidence ?? 0,
    wholeImage: mainColor(image, () => true),
    centreCrop: mainColor(image, (x, y) => Math.abs(x - 0.5) < 0.25 && Math.abs(y - 0.5) < 0.25),
    ms,
    cpuMs: (user + system) / 1000,
  }
}

/** The name of the largest colour of a part of the picture: what one gets without looking for the garment. */
function mainColor(image: RgbaImage, inside: (x: number, y: number) => boolean): string {
  const pixels = toLabPixels(image, 144)
  if (!pixels) return ''
  const { width, height } = pixels
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    inside(((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height) ? 1 : 0,
  )
  const [main] = clothColors(pixels, { ...garmentMask(pixels), data }, 4)
  return main ? nameOklab(main.color).name : ''
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function print(): void {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
  const { colour, category10, category16, slot, pattern, calibration, fusion, similar, time } = result
  const rows: [string, number, string, string][] = [
    ['colour name acceptable', colour.n, percent(colour.acceptable), '≥ 80 %'],
    ['– of the whole picture', colour.n, percent(colour.wholeImage), ''],
    ['– of the middle of the picture', colour.n, percent(colour.centreCrop), ''],
    ['category, 10 classes: first', category10.n, percent(category10.top1), '≥ 72 %'],
    ['– among three', category10.n, percent(category10.top3), '≥ 90 %'],
    ['– macro-F1', category10.n, percent(category10.macroF1), ''],
    ['category, all classes: first', category16.n, percent(category16.top1), ''],
    ['– among three', category16.n, percent(category16.top3), ''],
    ['– macro-F1', category16.n, percent(category16.macroF1), ''],
    ['slot', slot.n, percent(slot.top1), '≥ 88 %'],
    ['– places balanced', slot.n, percent(slot.placesBalanced), ''],
    ['pattern, balanced', pattern.n, percent(pattern.balanced), '≥ 65 %'],
    ...Object.entries(pattern.classes).map(([name, { n, right }]): [string, number, string, string] => [
      `– ${name}`,
      n,
      percent(right),
      '',
    ]),
    ['calibration error: category', all.length, percent(calibration.ece), ''],
    ['– colour', colored.length, percent(calibration.colour), ''],
    ['– pattern', patterned.length, percent(calibration.pattern), ''],
    ['colour, a stand-in for a model alone', fusion.n, percent(fusion.model), ''],
    ['– it and the pixels together', fusion.n, percent(fusion.together), ''],
    ['– calibration error of both together', fusion.n, percent(fusion.ece), ''],
    ...(
      [
        ['any five pieces: of its class, of its colour', similar.chance],
        ['five most like a piece by colours alone', similar.colours],
        ['– by what is set of kind and pattern too', similar.fields],
        ['– by features alone', similar.features],
        ['– by all together', similar.together],
      ] as const
    ).map(([name, { sameClass, colour }]): [string, number, string, string] => [
      name,
      similar.n,
      `${percent(sameClass)}, ${percent(colour)}`,
      '',
    ]),
    ['time for a photo (median)', judged.length, `${time.msPerPhoto.toFixed(0)} ms`, '< 500 ms'],
    ['– of the processor, all threads', judged.length, `${time.cpuMsPerPhoto.toFixed(0)} ms`, ''],
    ['memory, at most', judged.length, `${time.peakMiB.toFixed(0)} MiB`, '< 400 MiB'],
  ]
  console.log('| measured | n | value | bar |\n|---|---:|---:|---|')
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
}
