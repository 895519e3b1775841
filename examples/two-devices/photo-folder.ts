import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, sep } from 'node:path'
import { type Garment, type GarmentKind, kindFromWords } from './garment.js'

const PICTURE = /^\.(jpe?g|png|webp|avif)$/i

/** In this order pieces are dealt out, so that each device can make outfits with few photos. */
const CATEGORIES = ['bottom', 'shoes', 'top', 'outerwear', 'dress', 'suit', 'accessory', null]

interface Found {
  readonly path: string
  readonly label: string | null
  readonly kind: GarmentKind | null
}

/**
 * Reads at most `count` photos of a folder and its subfolders, of as many kinds as there are. What a photo shows is told
 * by a labels file, else by the name of its subfolder, else by its own.
 *
 * @returns none where the folder has no pictures
 * @throws the file system's error where the folder cannot be read
 */
export async function readPhotos(folder: string, count: number): Promise<Garment[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && PICTURE.test(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const labels = await readLabels(folder)
  const chosen = choose(
    paths.map((path) => describe(folder, path, labels)),
    count,
  )
  const numbers = new Map<string, number>()
  return Promise.all(
    chosen.map(async ({ path, label, kind }): Promise<Garment> => {
      const called = label ?? (kind ? nameOf(kind) : 'Photo')
      const number = (numbers.get(called) ?? 0) + 1
      numbers.set(called, number)
      return { name: number > 1 ? `${called} ${number}` : called, kind, picture: await readFile(path) }
    }),
  )
}

function describe(folder: string, path: string, labels: ReadonlyMap<string, string>): Found {
  const label = labels.get(basename(path)) ?? null
  if (label !== null) return { path, label, kind: kindFromWords(label) }
  const folders = dirname(relative(folder, path)).split(sep).reverse()
  for (const words of [basename(path, extname(path)), ...folders]) {
    const kind = kindFromWords(words)
    if (kind) return { path, label: null, kind }
  }
  return { path, label: null, kind: null }
}

/** The labels files in the folder, and the one beside it that has its name: by the photo's file name. */
async function readLabels(folder: string): Promise<Map<string, string>> {
  const files = (await readdir(folder))
    .filter((name) => name.endsWith('.csv'))
    .map((name) => join(folder, name))
  if (existsSync(`${folder}.csv`)) files.push(`${folder}.csv`)
  const labels = new Map<string, string>()
  for (const file of files) {
    const [head = [], ...rows] = (await readFile(file, 'utf8'))
      .split(/\r?\n/)
      .map((row) => row.split(',').map((cell) => cell.trim().replace(/^"|"$/g, '')))
    const [name, label] = [head.indexOf('file'), head.indexOf('label')]
    if (name < 0 || label < 0) continue // some other table
    for (const row of rows) if (row[name] && row[label]) labels.set(basename(row[name]), row[label])
  }
  return labels
}

/** A top first; then two of each category in turn, and of each category its kinds in turn. */
function choose(found: readonly Found[], count: number): Found[] {
  const queues = CATEGORIES.map((category) =>
    alternate(found.filter(({ kind }) => (kind?.category ?? null) === category)),
  )
  const tops = queues[CATEGORIES.indexOf('top')] ?? []
  const chosen = tops.splice(0, 1)
  const wanted = Math.min(count, found.length)
  while (chosen.length < wanted) for (const queue of queues) chosen.push(...queue.splice(0, 2))
  return chosen.slice(0, wanted)
}

function alternate(found: readonly Found[]): Found[] {
  const kinds = new Map<string, Found[]>()
  for (const one of found) {
    const key = one.label ?? one.kind?.subcategory ?? ''
    kinds.set(key, [...(kinds.get(key) ?? []), one])
  }
  const rows = [...kinds.values()]
  const longest = Math.max(0, ...rows.map((row) => row.length))
  return Array.from({ length: longest }, (_, at) => rows.flatMap((row) => row.slice(at, at + 1))).flat()
}

function nameOf({ category, subcategory = category }: GarmentKind): string {
  const words = subcategory === 't-shirt' ? subcategory : subcategory.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
