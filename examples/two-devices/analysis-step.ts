import { colorDistance, type Item, type Photo, type PhotoAnalysis } from '@modaics/shared'
import { type Device, everythingOn } from './device.js'
import type { Placed, Stage } from './step.js'

/** How far a colour that was found may be from the one that the garment was drawn in: about a shade (OKLab). */
const SHADE = 0.15
/** so many pieces are shown with what is offered for them */
const OFFERS = 6
/** guesses that are less likely are not shown */
const WORTH_SAYING = 0.05

/** The server looks at the photos; what it finds arrives on both devices. */
export async function watchAnalysis(stage: Stage, placed: readonly Placed[]): Promise<void> {
  const { terminal, claims, phone, tablet } = stage
  terminal.heading('6 · The server looks at the photos')
  const photos = phone.wardrobe.photos.list()
  const stateOn = ({ wardrobe }: Stage['phone'], { id }: Photo): string => wardrobe.photos.state(id)
  const failed = (photo: Photo): boolean =>
    [phone, tablet].some((device) => stateOn(device, photo) === 'failed')
  const settled = (photo: Photo): boolean =>
    failed(photo) || [phone, tablet].every((device) => stateOn(device, photo) === 'analysed')
  await claims.fill('photos uploaded and analysed', photos.length, () => photos.filter(settled).length)

  for (const { itemId } of placed) {
    const item = phone.wardrobe.items.get(itemId)
    const photo = phone.wardrobe.photos.list({ where: (one) => one.itemId === itemId })[0]
    if (item) terminal.line(`  ${(item.name ?? '').padEnd(24)} ${describe(stage, item, photo)}`)
  }
  const offered = offersOf(
    tablet,
    placed.map(({ itemId }) => itemId),
  )
  if (offered.length > 0) {
    terminal.line('  not sure enough to be set, one tap away:')
    for (const offer of offered.slice(0, OFFERS)) terminal.line(terminal.dim(`    ${offer}`))
  }

  const analysed = photos.filter((photo) => stateOn(phone, photo) === 'analysed')
  const faults = photos.filter(failed).map(({ id, itemId }) => {
    const fault = phone.wardrobe.photos.failure(id) ?? tablet.wardrobe.photos.failure(id)
    const name = itemId ? phone.wardrobe.items.get(itemId)?.name : null
    return `${name ?? id}: ${fault?.code} (${fault?.detail})`
  })
  claims.hold(
    `every photo is stored and analysed: ${analysed.length} of ${photos.length}`,
    analysed.length === photos.length && photos.length > 0,
    faults.join('; '),
  )
  await claims.eventually(
    'what was found is the same on both devices',
    () => everythingOn(phone) === everythingOn(tablet),
  )

  const drawn = placed.filter(({ garment }) => garment.drawnIn !== undefined)
  if (drawn.length > 0) {
    const off = drawn.filter(({ garment, itemId }) => {
      const hex = phone.wardrobe.items.get(itemId)?.colors?.[0]?.hex
      return !hex || (colorDistance(hex, garment.drawnIn ?? '') ?? 1) > SHADE
    })
    claims.hold(
      'the colours are those of the cloth, not of what it lies on',
      off.length === 0,
      `not of ${off.map(({ garment }) => garment.name).join(', ')}`,
    )
  }
  claims.hold(
    'what a person said of a garment stands',
    placed.every(({ garment: { kind }, itemId }) => {
      const item = tablet.wardrobe.items.get(itemId)
      return kind === null || item?.category === kind.category
    }),
  )
}

/** `navy 71 %, white 20 %, striped  confidence 0.8 · seen as polo 62 %, t-shirt 20 %` */
function describe({ terminal }: Stage, item: Item, photo: Photo | undefined): string {
  const colored = (item.colors ?? []).map(
    ({ hex, name, share }) => `${terminal.swatch(hex)}${name ?? hex} ${percent(share ?? 0)}`,
  )
  const { colors, kinds = [] } = (photo?.analysis ?? {}) as Pick<PhotoAnalysis, 'colors' | 'kinds'>
  const found = [...colored, ...(item.pattern ? [item.pattern] : [])].join(', ')
  const seen = kinds.flatMap(({ category, subcategory, confidence }) =>
    confidence < WORTH_SAYING ? [] : [`${subcategory ?? category} ${percent(confidence)}`],
  )
  const sure = colored.length > 0 ? `confidence ${(colors?.confidence ?? 0).toFixed(2)}` : 'of no colour sure'
  return `${found}  ${terminal.dim([sure, ...(seen.length > 0 ? [`seen as ${seen.join(', ')}`] : [])].join(' · '))}`
}

/** What one tap would make of the pieces: `Polo: striped 40 %?` */
function offersOf({ wardrobe }: Device, itemIds: readonly string[]): string[] {
  return itemIds.flatMap((id) => {
    const offers = wardrobe.suggestions(id).map(({ label, confidence }) => `${label} ${percent(confidence)}`)
    return offers.length > 0 ? [`${wardrobe.items.get(id)?.name}: ${offers.join(', ')}?`] : []
  })
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
