import type { Json, JsonObject } from '../domain/json.js'
import type { Item, Photo } from '../domain/records.js'

/** A value that the analysis of photos offers for a piece: less sure than what is set, or another than what shows. */
export interface Offer {
  readonly itemId: string
  /** what it is about: `kind` (category and subcategory), a field of items, or `attributes.` and the id of one */
  readonly field: string
  /** the value in a word */
  readonly label: string
  /** how likely it is right, 0 to 1 */
  readonly confidence: number
  /** in which photo it was seen */
  readonly photoId: string
  /** what accepting it writes, as a person's word */
  readonly set: JsonObject
}

/** What is less likely than this is not worth a look. */
const OFFER_ABOVE = 0.1

/**
 * What may be offered for a piece, most likely first within what it is about: of each field the values that its photos'
 * analyses name and that do not show. Of what a person has said nothing is offered.
 *
 * @param photos of the piece; their `analysis` may be of the server or of a device
 * @param decided the fields on which a person's word shows, elements of sets by their own name (`seasons.summer`)
 */
export function suggest(
  item: Item,
  photos: readonly Pick<Photo, 'id' | 'analysis' | 'itemId' | 'deletedAt'>[],
  decided: ReadonlySet<string>,
): Offer[] {
  const offers = new Map<string, Offer>()
  for (const { id: photoId, analysis, itemId, deletedAt } of photos) {
    if (itemId !== item.id || deletedAt !== null || !isRecord(analysis)) continue
    for (const guess of guessesOf(analysis)) {
      if (guess.confidence < OFFER_ABOVE || !isOpen(guess, item, decided)) continue
      const key = `${guess.field} ${guess.label}`
      if ((offers.get(key)?.confidence ?? 0) < guess.confidence)
        offers.set(key, { itemId: item.id, photoId, ...guess })
    }
  }
  const fields = [...new Set([...offers.values()].map(({ field }) => field))]
  return [...offers.values()].sort(
    (x, y) => fields.indexOf(x.field) - fields.indexOf(y.field) || y.confidence - x.confidence,
  )
}

type Guess = Pick<Offer, 'field' | 'label' | 'confidence' | 'set'>

function guessesOf(analysis: { readonly [key: string]: Json }): Guess[] {
  const word = (field: string, seen: Json | undefined, set: (value: string) => JsonObject): Guess[] =>
    isRecord(seen) && typeof seen.value === 'string' && typeof seen.confidence === 'number'
      ? [{ field, label: seen.value, confidence: seen.confidence, set: set(seen.value) }]
      : []
  const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])
  return [
    ...kindsOf(analysis),
    ...word('pattern', analysis.pattern, (pattern) => ({ pattern })),
    ...word('material', analysis.material, (material) => ({ material })),
    ...colorsOf(analysis.colors),
    ...(isRecord(analysis.attributes) ? Object.entries(analysis.attributes) : []).flatMap(([id, seen]) =>
      word(`attributes.${id}`, seen, (value) => ({ [`attributes.${id}:${value}`]: true })),
    ),
    ...(['seasons', 'occasions'] as const).flatMap((field) =>
      list(analysis[field]).flatMap((seen) =>
        word(field, seen, (value) => ({ [`${field}.${value}`]: true })),
      ),
    ),
  ]
}

/** The likeliest kinds, or the one that was named. */
function kindsOf({ kinds, category, subcategory }: { readonly [key: string]: Json }): Guess[] {
  const named =
    isRecord(category) && typeof category.value === 'string'
      ? [
          {
            category: category.value,
            subcategory: isRecord(subcategory) ? subcategory.value : null,
            confidence: (isRecord(subcategory) ? subcategory : category).confidence,
          },
        ]
      : []
  return (Array.isArray(kinds) ? kinds : named).flatMap((kind): Guess[] => {
    if (!isRecord(kind) || typeof kind.category !== 'string' || typeof kind.confidence !== 'number') return []
    const narrow = typeof kind.subcategory === 'string' ? { subcategory: kind.subcategory } : {}
    const set = { category: kind.category, ...narrow }
    return [{ field: 'kind', label: narrow.subcategory ?? kind.category, confidence: kind.confidence, set }]
  })
}

function colorsOf(colors: Json | undefined): Guess[] {
  if (!isRecord(colors) || !Array.isArray(colors.value) || typeof colors.confidence !== 'number') return []
  const [main] = colors.value as readonly Json[]
  if (!isRecord(main) || typeof main.name !== 'string') return []
  return [{ field: 'colors', label: main.name, confidence: colors.confidence, set: { colors: colors.value } }]
}

/** Whether nobody has decided any of it, and some of it does not show. */
function isOpen({ field, set }: Guess, item: Item, decided: ReadonlySet<string>): boolean {
  const rivals = (name: string): boolean =>
    [...decided].some(
      (one) => one === name || (field.startsWith('attributes.') && one.startsWith(`${field}:`)),
    )
  if (Object.keys(set).some(rivals)) return false
  return Object.entries(set).some(([name, value]) => !shows(item, name, value))
}

function shows(item: Item, name: string, value: Json): boolean {
  const fields = item as unknown as { readonly [name: string]: Json | undefined }
  const dot = name.indexOf('.')
  if (dot < 0) return JSON.stringify(fields[name] ?? null) === JSON.stringify(value)
  const elements = fields[name.slice(0, dot)]
  return Array.isArray(elements) && elements.includes(name.slice(dot + 1))
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
