import type { GenerateResult } from '@modaics/shared'
import { plural, type Stage } from './step.js'

/** The owner says what they think of some outfits; both devices learn the same from it, each by itself. */
export async function learnTaste({ terminal, claims, phone, tablet }: Stage): Promise<void> {
  terminal.heading('8 · What it learns')
  const ask = { occasion: 'casual', weather: { temperatureC: 18 }, count: 8, seed: 11 } as const
  const before = phone.wardrobe.generate(ask)
  const loved = dividing(before)
  if (loved === null) {
    terminal.note('too few outfits to have an opinion about')
    return
  }
  const name = phone.wardrobe.items.get(loved)?.name ?? loved
  for (const { itemIds } of before.outfits)
    await phone.wardrobe.feedback.add({
      verdict: itemIds.includes(loved) ? 'like' : 'skip',
      itemIds: [...itemIds],
    })
  terminal.line(
    `  phone: of ${plural(before.outfits.length, 'outfit')}, the owner likes those with “${name}” and skips the others`,
  )
  await claims.eventually(
    'the tablet, by itself, learns the same from the same records',
    () => JSON.stringify(tablet.wardrobe.taste.model()) === JSON.stringify(phone.wardrobe.taste.model()),
  )
  for (const { text, signs, sureness } of tablet.wardrobe.taste.read({ leastSure: 0.1 }).beliefs.slice(0, 3))
    terminal.line(
      `    ${text}  ${terminal.dim(`${signs.for} for, ${signs.against} against, ${percent(sureness)} sure`)}`,
    )
  const after = phone.wardrobe.generate(ask)
  claims.hold(
    'what is liked comes first now, and is in no fewer outfits',
    (after.outfits[0]?.itemIds.includes(loved) ?? false) && times(after, loved) >= times(before, loved),
    `“${name}” was in ${times(before, loved)} of them and is in ${times(after, loved)}`,
  )
}

const percent = (share: number): string => `${Math.round(100 * share)} %`

function times({ outfits }: GenerateResult, id: string): number {
  return outfits.filter(({ itemIds }) => itemIds.includes(id)).length
}

/** The piece that is in about half of the outfits: one that an owner can like or not. */
function dividing(result: GenerateResult): string | null {
  const { length } = result.outfits
  const ids = new Set(result.outfits.flatMap(({ itemIds }) => itemIds))
  const [best] = [...ids]
    .filter((id) => times(result, id) < length)
    .sort(
      (x, y) =>
        Math.abs(times(result, x) - length / 2) - Math.abs(times(result, y) - length / 2) || (x < y ? -1 : 1),
    )
  return best ?? null
}
