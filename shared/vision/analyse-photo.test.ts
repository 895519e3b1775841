import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { oklabToHex } from '../colour/convert.js'
import { findSubcategory } from '../domain/taxonomy.js'
import { analysePhoto } from './analyse-photo.js'
import { createEyes, type Eyes, type Sight } from './eyes.js'
import { EYES_FILE } from './eyes-file.js'
import { EYES_VERSION } from './eyes-version.js'
import { PHOTO_KINDS } from './kinds.js'
import { nameInPhoto } from './name-in-photo.js'
import { PHOTO_COLORS } from './photo-colors.js'

const WIDTH = 150
const HEIGHT = 200

/** A pair of trousers on a light floor. */
function trousers(paint: (x: number, y: number) => readonly [number, number, number]) {
  const data = new Uint8Array(WIDTH * HEIGHT * 4)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const leg = y > 70 ? (x > 35 && x < 68) || (x > 82 && x < 115) : y > 20 && x > 38 && x < 112
      const worn = leg && y < 185
      data.set([...(worn ? paint(x, y) : [214, 205, 190]), 255], (y * WIDTH + x) * 4)
    }
  return { data, width: WIDTH, height: HEIGHT }
}

describe('what is seen in a photo', () => {
  let eyes: Eyes
  beforeAll(async () => {
    eyes = await createEyes(readFileSync(EYES_FILE))
  })

  test('[LV1] colour, pattern and kinds; the same picture is seen the same', async () => {
    const image = trousers(() => [27, 36, 64])
    const seen = await analysePhoto(image, eyes)
    expect(seen.colors?.value[0]?.name).toBe('navy')
    expect(seen.pattern?.value).toBeTypeOf('string')
    expect(seen.kinds).toHaveLength(3)
    const confidences = seen.kinds!.map(({ confidence }) => confidence)
    expect(confidences).toEqual([...confidences].sort((x, y) => y - x))
    expect(seen.features?.eyes).toBe(EYES_VERSION)
    expect(Math.hypot(...seen.features!.values)).toBeCloseTo(127, -1)
    expect(await analysePhoto(image, eyes)).toEqual(seen)
    expect(await analysePhoto(image, await createEyes(readFileSync(EYES_FILE)))).toEqual(seen)
  })

  test('trousers in the colour of denim are jeans', async () => {
    const sight: Sight = {
      kinds: [
        { name: 'Pants', probability: 0.9 },
        { name: 'Shorts', probability: 0.1 },
      ],
      patterns: [{ name: 'solid', probability: 0.8 }],
      features: { eyes: 'none', values: [127] },
    }
    const kindOf = async (color: readonly [number, number, number]) =>
      (
        await analysePhoto(
          trousers(() => color),
          { look: () => sight },
        )
      ).kinds?.[0]
    const places = PHOTO_COLORS.map(({ at: [l, a2, b2] }) => ({ l, a: a2 / 2, b: b2 / 2 }))
    const denim = oklabToHex(places.find((color) => nameInPhoto(color).name === 'denim')!)
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((from) => Number.parseInt(denim.slice(from, from + 2), 16))
    expect(await kindOf([r, g, b])).toEqual({
      category: 'bottom',
      subcategory: 'jeans',
      confidence: 0.9,
    })
    expect(await kindOf([190, 30, 40])).toMatchObject({ subcategory: 'trousers' })
  })

  test('without eyes there are colours only, and of nothing there is nothing', async () => {
    expect(Object.keys(await analysePhoto(trousers(() => [190, 30, 40])))).toEqual(['colors'])
    const clear = { data: new Uint8Array(20 * 20 * 4), width: 20, height: 20 }
    expect(await analysePhoto(clear, eyes)).toEqual({})
    expect(await analysePhoto({ ...clear, width: 0 }, eyes)).toEqual({})
  })

  test('every kind is in the taxonomy', () => {
    for (const { category, subcategory } of PHOTO_KINDS)
      expect(findSubcategory(subcategory, category)?.category.id, subcategory).toBe(category)
  })
})
