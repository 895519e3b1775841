import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  createNetwork,
  type HeadWeights,
  PHOTO_KINDS,
  unpackLayer,
  writeWeights,
} from '@modaics/shared/vision'
import { readLabels } from '../labels.js'
import { featuresOf } from './features.js'
import { foldsOf, trainHead } from './head.js'
import { readNsfwjs } from './network.js'

// Trains what tells kinds of garments and patterns apart, and writes `shared/vision/model/eyes.bin`; see README.md here.

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/garments' },
    nsfwjs: { type: 'string' },
    cache: { type: 'string', default: '/tmp/modaics-features' },
  },
})
if (!values.nsfwjs) throw new Error('say with --nsfwjs where the unpacked npm package nsfwjs@4.4.0 is')

const SIDE = 224
/** the network up to the end of its 15th block: what follows knows its own classes, and clothes no better */
const LAYERS = 48

const packed = readNsfwjs(values.nsfwjs, LAYERS)
const network = await createNetwork(SIDE, packed.map(unpackLayer))

const rows = readFileSync(`${values.data}/train.csv`, 'utf8').trim().split('\n').slice(1)
const photos = rows.map((row) => {
  const [path = '', label = '', sender = ''] = row.split(',')
  return { file: path.replace(/^train\//, ''), label, sender }
})
const files = photos.map(({ file }) => file)
const features = await featuresOf(network, `${values.data}/train`, files, values.cache)
const of = (file: string) => {
  const found = features.get(file)
  if (!found) throw new Error(`${file} was not looked at`)
  return found
}

const known = photos.filter(({ label }) => PHOTO_KINDS.some((kind) => kind.label === label))
const kinds: HeadWeights = trainHead('kinds', {
  classes: PHOTO_KINDS.map(({ label }) => label),
  samples: known.map(({ file }) => of(file).shape),
  labels: known.map(({ label }) => label),
  folds: foldsOf(known.map(({ sender }) => sender)),
  penalty: 0.8,
  balance: 0.8,
  calibratedFor: 'classes',
})

const senders = new Map(photos.map(({ file, sender }) => [file, sender]))
const looked = readLabels(new URL('../train-labels.csv', import.meta.url)).filter(
  ({ patterns }) => patterns.length > 0,
)
const patterns: HeadWeights = trainHead('patterns', {
  classes: ['solid', 'striped', 'checked', 'print', 'graphic', 'animal', 'textured'],
  samples: looked.map(({ file }) => of(file).texture),
  labels: looked.map((label) => label.patterns[0] ?? ''),
  folds: foldsOf(looked.map(({ file }) => senders.get(file) ?? '')),
  penalty: 0.3,
  balance: 1,
  calibratedFor: 'photos',
})

const folder = new URL('../../../shared/vision/model/', import.meta.url)
mkdirSync(folder, { recursive: true })
const file = writeWeights(SIDE, packed, { kinds, patterns })
writeFileSync(new URL('eyes.bin', folder), file)
const version = createHash('sha256').update(file).digest('hex').slice(0, 12)
writeFileSync(
  new URL('../eyes-version.ts', folder),
  `/** Of \`model/eyes.bin\`: the first 12 digits of its SHA-256. Written by \`npm run train:vision\`. */
export const EYES_VERSION = '${version}'
`,
)
console.log(`eyes.bin: ${file.length} bytes, version ${version}`)
