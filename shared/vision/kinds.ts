/** A class of the training photos, and what it is in the words of the taxonomy. */
export interface PhotoKind {
  readonly label: string
  readonly category: string
  readonly subcategory: string
}

/** The classes of the Clothing Dataset, as its photos are. */
export const PHOTO_KINDS: readonly PhotoKind[] = [
  { label: 'Blazer', category: 'top', subcategory: 'blazer' },
  { label: 'Body', category: 'top', subcategory: 'bodysuit' },
  { label: 'Dress', category: 'dress', subcategory: 'dress' },
  { label: 'Hat', category: 'accessory', subcategory: 'hat' },
  { label: 'Hoodie', category: 'top', subcategory: 'hoodie' },
  { label: 'Longsleeve', category: 'top', subcategory: 'longsleeve' },
  { label: 'Outwear', category: 'outerwear', subcategory: 'jacket' },
  { label: 'Pants', category: 'bottom', subcategory: 'trousers' },
  { label: 'Polo', category: 'top', subcategory: 'polo' },
  { label: 'Shirt', category: 'top', subcategory: 'shirt' },
  { label: 'Shoes', category: 'shoes', subcategory: 'shoes' },
  { label: 'Shorts', category: 'bottom', subcategory: 'shorts' },
  { label: 'Skirt', category: 'bottom', subcategory: 'skirt' },
  { label: 'T-Shirt', category: 'top', subcategory: 't-shirt' },
  { label: 'Top', category: 'top', subcategory: 'top' },
  // what people hand in under this name are mostly sleeveless tops
  { label: 'Undershirt', category: 'top', subcategory: 'tank-top' },
]
