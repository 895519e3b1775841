import { type GarmentLike, type GenerateRequest, generateOutfits, TAXONOMY } from '@modaics/shared'
import { describe, expect, test } from 'vitest'
import { bundlePage } from './bundle.js'
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './chromium.js'
import { servePage } from './page-server.js'

const KINDS = TAXONOMY.flatMap(({ subcategories }) => subcategories.map(({ id }) => id))

/** Pieces of every kind, in any colour that there is. */
function makeWardrobe(size: number, seed: number): GarmentLike[] {
  let state = seed
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return Array.from({ length: size }, (_, i) => ({
    id: `piece-${i}`,
    subcategory: KINDS[draw(KINDS.length)] ?? 'shirt',
    colors: [
      {
        hex: `#${draw(2 ** 24)
          .toString(16)
          .padStart(6, '0')}`,
        share: 1,
      },
    ],
  }))
}

const REQUESTS: readonly GenerateRequest[] = [
  {},
  { seed: 7, count: 10, diversity: 0 },
  { occasion: 'work', weather: { temperatureC: 9, rain: true, wind: 6 } },
  { occasion: 'casual', season: 'summer', seed: -3 },
  { weather: { temperatureC: -4 }, count: 5 },
].flatMap((wishes, i) => [60, 400].map((size) => ({ ...wishes, items: makeWardrobe(size, i + 1) })))

describe('outfits in other engines', () => {
  if (!CHROMIUM) console.warn(NO_CHROMIUM)

  test.skipIf(!CHROMIUM)(
    '[OU13] Chromium, in a page and in a worker, gives the answers of Node',
    async () => {
      const site = await servePage(await bundlePage('./outfits-page.ts'))
      const browser = await launchChromium()
      try {
        const page = await browser.newPage()
        await page.goto(site.origin)
        const answers = await page.evaluate((requests) => window.answer(requests), [...REQUESTS])
        const here = REQUESTS.map(generateOutfits)
        expect(here.every(({ outfits }) => outfits.length > 0)).toBe(true)
        expect(answers.page).toEqual(here)
        expect(answers.worker).toEqual(here)
      } finally {
        await browser.close()
        await site.close()
      }
    },
  )
})
