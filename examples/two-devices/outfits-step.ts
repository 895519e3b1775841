import type { GenerateOptions } from '@modaics/client'
import type { GenerateResult } from '@modaics/shared'
import type { Stage } from './step.js'

const REQUESTS: readonly { readonly title: string; readonly request: GenerateOptions }[] = [
  {
    title: 'For a casual day, 18 °C and dry',
    request: { occasion: 'casual', weather: { temperatureC: 18 }, count: 2, seed: 7 },
  },
  {
    title: 'For work, 7 °C and rain',
    request: { occasion: 'work', weather: { temperatureC: 7, rain: true }, count: 2, seed: 7 },
  },
]

/** Outfits from the whole wardrobe, made on each device by itself, with reasons. */
export function makeOutfits({ terminal, claims, phone, tablet }: Stage): void {
  terminal.heading('7 · What to wear')
  for (const { title, request } of REQUESTS) {
    const result = phone.wardrobe.generate(request)
    terminal.line(`  ${terminal.bold(title)}`)
    show(result)
    claims.hold(
      'the tablet, by itself, comes to the same outfits',
      JSON.stringify(outfitsOf(result)) === JSON.stringify(outfitsOf(tablet.wardrobe.generate(request))),
    )
    claims.hold(
      result.outfits.length > 0
        ? 'each outfit says why'
        : 'where there is no outfit, it says what is missing',
      result.outfits.every(({ reasons }) => reasons.length > 0) &&
        result.outfits.length + result.missing.length > 0,
    )
  }

  function show({ outfits, missing }: GenerateResult): void {
    for (const { itemIds, score, reasons } of outfits) {
      const names = itemIds.map((id) => {
        const item = phone.wardrobe.items.get(id)
        const hex = item?.colors?.[0]?.hex
        return `${hex ? terminal.swatch(hex) : ''}${item?.name ?? id}`
      })
      terminal.line(`    ${names.join(' + ')}  ${terminal.dim(score.toFixed(2))}`)
      for (const reason of reasons) terminal.line(terminal.dim(`      ${reason}`))
    }
    for (const { message } of missing) terminal.note(message)
  }
}

const outfitsOf = ({ outfits }: GenerateResult): unknown =>
  outfits.map(({ itemIds, reasons }) => ({ itemIds, reasons }))
