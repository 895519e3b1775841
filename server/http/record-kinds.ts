import { type ChangesOf, createId, type Kind } from '@modaics/shared'

/** What REST says of a kind that its table of fields does not. */
export interface RecordKind {
  readonly kind: Kind
  /** under `/v1` */
  readonly path: string
  /** of the schema in the OpenAPI document */
  readonly title: string
  readonly tag: string
  /** the id of a new record whose author named none; undefined where the id follows from fields that are missing */
  newId(changes: ChangesOf<Kind>): string | undefined
}

const random = (): string => createId()

export const RECORD_KINDS: readonly RecordKind[] = [
  { kind: 'items', path: '/items', title: 'Item', tag: 'Items', newId: random },
  { kind: 'outfits', path: '/outfits', title: 'Outfit', tag: 'Outfits', newId: random },
  {
    kind: 'outfit_items',
    path: '/outfit-items',
    title: 'OutfitItem',
    tag: 'Outfits',
    // A piece is in an outfit once: two devices that put it there make one record.
    newId: (changes) => {
      const { outfitId, itemId } = changes as ChangesOf<'outfit_items'>
      return outfitId && itemId ? `${outfitId}:${itemId}` : undefined
    },
  },
  { kind: 'wears', path: '/wears', title: 'Wear', tag: 'Wears', newId: random },
  { kind: 'feedback', path: '/feedback', title: 'Feedback', tag: 'Feedback', newId: random },
]
