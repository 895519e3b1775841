import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { kindFromWords } from './garment.js'
import { readPhotos } from './photo-folder.js'

let folder: string

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'modaics-photos-')), 'mine')
  await mkdir(folder)
})
afterEach(() => rm(dirname(folder), { recursive: true, force: true }))

async function files(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), name)
  }
}

const shown = async (count = 10) =>
  (await readPhotos(folder, count)).map(({ name, kind }) => [name, kind?.category ?? null])

describe('what a photo shows', () => {
  test('is told by a labels file beside the folder or in it', async () => {
    await files('a.jpg', 'b.jpg')
    await writeFile(`${folder}.csv`, 'file,label,sender_id\nmine/a.jpg,Blazer,65\n')
    await writeFile(join(folder, 'more.csv'), 'label,file\r\n"Pants","b.jpg"\r\n')
    expect(await shown()).toEqual([
      ['Blazer', 'top'],
      ['Pants', 'bottom'],
    ])
  })

  test('else by the name of the file, else by that of the subfolder', async () => {
    await files('IMG_1.jpg', 'red-rain jacket 2.JPG', 'shoes/IMG_2.png', 'notes.txt')
    expect(await shown()).toEqual([
      ['Shoes', 'shoes'],
      ['Rain jacket', 'outerwear'],
      ['Photo', null],
    ])
  })

  test.each([
    ['T-Shirt', 't-shirt'],
    ['tshirt_03', 't-shirt'],
    ['Dresses', 'dress'],
    ['shirt dress', 'shirt-dress'],
    ['Outwear', 'jacket'],
    ['blue raincoat', 'rain-jacket'],
    ['sneaker', 'sneakers'],
  ])('%s is a %s', (words, subcategory) => {
    expect(kindFromWords(words)).toMatchObject({ subcategory })
  })

  test('is nothing that words of other things tell', () => {
    expect(kindFromWords('910268c2-a132-4d25-80b1-59812c52e65c')).toBeNull()
    expect(kindFromWords('DSC_0042')).toBeNull()
  })
})

test('of many photos, few of each kind are taken: a top, then two of each category in turn', async () => {
  await files(
    ...[1, 2, 3, 4].flatMap((n) => ['jeans', 'boots', 'polo', 'coat'].map((kind) => `${kind}-${n}.jpg`)),
  )
  expect((await shown(7)).map(([, category]) => category)).toEqual([
    'top',
    'bottom',
    'bottom',
    'shoes',
    'shoes',
    'top',
    'top',
  ])
})
