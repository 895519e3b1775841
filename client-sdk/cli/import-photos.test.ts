import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWardrobe } from '../open-wardrobe.js'
import { decodeCsv, readCsv } from './csv.js'
import { runCli } from './run.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modaics-import-'))
  await mkdir(join(folder, 'pictures', 'coats'), { recursive: true })
  const draw = (turn: number) =>
    sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="120"><rect width="90" height="120" fill="#eee"/>
         <rect x="25" y="20" width="40" height="80" fill="#246" transform="rotate(${turn} 45 60)"/></svg>`,
      ),
    )
      .flatten()
      .jpeg()
      .toBuffer()
  await writeFile(join(folder, 'pictures', 'shirt.jpg'), await draw(0))
  await writeFile(join(folder, 'pictures', 'coats', 'duffle.jpg'), await draw(60))
  await writeFile(join(folder, 'pictures', 'readme.txt'), 'not a picture')
  await writeFile(
    join(folder, 'pictures', 'list.csv'),
    'file,name,price,tags\r\nshirt.jpg,"Shirt, the ""good"" one",49.5,linen; summer\r\nmissing.jpg,Lost,,\r\n',
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function run(...args: string[]): Promise<{ code: number; said: string[] }> {
  const said: string[] = []
  const nobody = async (): Promise<string> => {
    throw new Error('no password is needed')
  }
  const code = await runCli([...args, '--folder', join(folder, 'wardrobes')], {
    say: (line) => said.push(line),
    progress: () => {},
    askPassword: nobody,
    readPassword: nobody,
  })
  return { code, said }
}

test('[IM1] a folder is imported into a wardrobe of this device, and again without adding anything', async () => {
  const pictures = join(folder, 'pictures')
  const first = await run('import-photos', pictures, '--local', 'mine')
  expect(first).toEqual({ code: 0, said: ['2 pieces added'] })
  const again = await run('import-photos', pictures, '--local', 'mine')
  expect(again).toEqual({ code: 0, said: ['0 pieces added, 2 were there'] })
  const storage = { folder: join(folder, 'wardrobes') }
  const wardrobe = await openWardrobe({ name: 'mine', storage, rows: false })
  // every one was looked at before the command ended
  const seen = wardrobe.photos.list().map(({ analysis }) => analysis)
  expect(seen).toEqual([1, 2].map(() => expect.objectContaining({ kinds: expect.any(Array) })))
  await wardrobe.close()
})

test('[IM1] a CSV says what is known of the pieces; a picture that is missing is named', async () => {
  const { code, said } = await run('import-photos', join(folder, 'pictures', 'list.csv'), '--local', 'listed')
  expect(code).toBe(1)
  expect(said).toEqual(['1 piece added', 'missing.jpg: there is no such file (not-found)'])
  const wardrobe = await openWardrobe({
    name: 'listed',
    storage: { folder: join(folder, 'wardrobes') },
    rows: false,
  })
  expect(wardrobe.items.list()).toMatchObject([
    { name: 'Shirt, the "good" one', price: 49.5, tags: ['linen', 'summer'] },
  ])
  await wardrobe.close()
})

test('a CSV without a file column, and one with columns that no piece has, are refused with words', async () => {
  await writeFile(join(folder, 'bad.csv'), 'picture\na.jpg\n')
  expect((await run('import-photos', join(folder, 'bad.csv'), '--local', 'x')).said.join()).toContain(
    'called file',
  )
  await writeFile(join(folder, 'odd.csv'), 'file,colour of mood\na.jpg,blue\n')
  expect((await run('import-photos', join(folder, 'odd.csv'), '--local', 'x')).said.join()).toContain(
    'colour of mood',
  )
})

test('[IM1] a bad line of a CSV is named with its number and its reason, and stops nothing', async () => {
  const lines = [
    'File; Price;Tags;name',
    'shirt.jpg;49,50;linen|summer;Shirt',
    'coats/duffle.jpg;dear;;Duffle',
    'coats/duffle.jpg;1,299;;Duffle',
    ';12;;Nothing',
    'shirt.jpg;12;;Shirt again',
    'missing.jpg;12;;Lost;too;many',
  ]
  await writeFile(join(folder, 'pictures', 'bad-lines.csv'), `\uFEFF${lines.join('\r\n')}`)
  const { code, said } = await run(
    'import-photos',
    join(folder, 'pictures', 'bad-lines.csv'),
    '--local',
    'bad',
  )
  expect(code).toBe(1)
  expect(said).toEqual([
    '1 piece added',
    'coats/duffle.jpg: line 3: price “dear” is no number (invalid)',
    'coats/duffle.jpg: line 4: price “1,299” is no number; the file is that of line 3 (invalid)',
    'bad-lines.csv: line 5: no file is named (invalid)',
    'shirt.jpg: line 6: the file is that of line 2 (invalid)',
    'missing.jpg: line 7: there are more cells than columns (invalid)',
  ])
  const storage = { folder: join(folder, 'wardrobes') }
  const wardrobe = await openWardrobe({ name: 'bad', storage, rows: false })
  expect(wardrobe.items.list()).toMatchObject([{ name: 'Shirt', price: 49.5, tags: ['linen', 'summer'] }])
  await wardrobe.close()
})

const cellsOf = (text: string): (readonly string[])[] => readCsv(text).map(({ cells }) => cells)

test('CSV is read as RFC 4180 has it', () => {
  expect(cellsOf('\uFEFFa,b\r\n"x, ""y""\nz",\r\n\r\nlast,"1"')).toEqual([
    ['a', 'b'],
    ['x, "y"\nz', ''],
    ['last', '1'],
  ])
  expect(readCsv('a\n"x\ny"\n\nlast\n').map(({ line }) => line)).toEqual([1, 2, 5])
})

test('CSV is read with the separators, ends of lines and encodings of spreadsheets', () => {
  const rows = [
    ['file', 'name'],
    ['a.jpg', 'Größe 38; "gut"'],
  ]
  expect(cellsOf('file;name\r\na.jpg;"Größe 38; ""gut"""')).toEqual(rows)
  expect(cellsOf('file\tname\ra.jpg\tGröße 38; "gut"\r')).toEqual(rows)
  const utf16 = Buffer.from('\uFEFFfile\tname\na.jpg\tGröße 38; "gut"', 'utf16le')
  expect(cellsOf(decodeCsv(utf16))).toEqual(rows)
  expect(() => decodeCsv(Buffer.from('file\nGröße', 'latin1'))).toThrow('UTF-8')
  expect(() => readCsv('file,name\na.jpg,"Shirt\nb.jpg,Coat\n')).toThrow('line 2 is never closed')
})
