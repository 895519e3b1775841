import { plural, type Stage } from './step.js'

/** What the wardrobe says of itself: worked out on the device, the same on both. */
export function showInsights({ terminal, claims, phone, tablet }: Stage): void {
  terminal.heading('9 · What the wardrobe says of itself')
  const nameOf = (id: string): string => phone.wardrobe.items.get(id)?.name ?? id
  const names = (ids: readonly string[]): string => ids.map(nameOf).join(', ')

  const { kinds, colours } = phone.wardrobe.insights.makeUp()
  terminal.line(
    `  ${plural(kinds.length, 'kind')} of pieces, most of them ${colours
      .slice(0, 3)
      .map(({ name, hex }) => `${terminal.swatch(hex)}${name}`)
      .join(', ')}`,
  )
  const { pieces, good, possible } = phone.wardrobe.insights.versatility()
  terminal.line(`  ${plural(good, 'good outfit')} of ${possible} that can be put together`)
  // A scarf goes with nearly everything, and says little.
  const [best] = pieces.filter(({ itemId }) => phone.wardrobe.items.get(itemId)?.category !== 'accessory')
  if (best && best.outfits > 0) terminal.line(`  most versatile: ${nameOf(best.itemId)}, in ${best.outfits}`)

  const gaps = phone.wardrobe.insights.gaps({ count: 3 })
  for (const { colour, label, added, byOccasion } of gaps.suggestions)
    terminal.line(
      `  ${terminal.swatch(colour.hex)}${colour.name} ${label} would add ${plural(added, 'good outfit')}, most for ${byOccasion[0]?.occasion}`,
    )
  for (const { message } of gaps.missing) terminal.note(message)
  claims.hold(
    'the tablet, by itself, finds the same gaps',
    JSON.stringify(tablet.wardrobe.insights.gaps({ count: 3 })) === JSON.stringify(gaps),
  )

  const days = ['Friday', 'Saturday', 'Sunday'].map((date, at) => ({
    date,
    occasions: [at === 0 ? 'work' : 'casual'],
    weather: { temperatureC: 12 + 2 * at, rain: at === 1 },
  }))
  const bag = phone.wardrobe.insights.packing({ days })
  terminal.line(`  for a long weekend, pack ${names(bag.pieces.map(({ itemId }) => itemId)) || 'nothing'}`)
  for (const { date, outfits } of bag.days)
    for (const { outfit, missing } of outfits)
      terminal.line(
        terminal.dim(
          `    ${date}: ${outfit ? names(outfit.itemIds) : missing.map(({ message }) => message).join(', ')}`,
        ),
      )
  const packed = new Set(bag.pieces.map(({ itemId }) => itemId))
  claims.hold(
    'each day has an outfit from the bag, or says what is missing',
    bag.days.every(({ outfits }) =>
      outfits.every(({ outfit, missing }) =>
        outfit ? outfit.itemIds.every((id) => packed.has(id)) : missing.length > 0,
      ),
    ),
  )
}
