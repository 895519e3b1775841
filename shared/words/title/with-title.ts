import { attributeIn } from '../../domain/attributes.js'
import type { Taxonomy } from '../../domain/garment.js'
import type { ItemColor } from '../../domain/records.js'
import type { Classified } from '../../domain/taxonomy.js'
import { TAXONOMY, traitsOf } from '../../domain/taxonomy.js'
import { parseTitle } from './parse-title.js'

/** What a name may tell of a piece. An `Item` is one; any field may be missing or nonsense. */
export interface Titled extends Classified {
  readonly name?: string | null
  readonly colors?: readonly ItemColor[] | null
  readonly material?: string | null
  readonly pattern?: string | null
  readonly patternScale?: string | null
  readonly fit?: string | null
  readonly attributes?: readonly string[] | null
}

/**
 * A piece with what its attributes and then its name say where its fields are silent: kind, colours, material, pattern
 * and how large that is, fit. So whoever
 * types `navy wool sweater` and no more has a piece that can be worn. What a field says holds, whatever the name.
 */
export function withTitle<T extends Titled>(item: T, taxonomy: Taxonomy = TAXONOMY): T {
  const known = read.get(taxonomy) ?? new WeakMap<Titled, Titled>()
  read.set(taxonomy, known)
  let full = known.get(item) as T | undefined
  if (!full) {
    full = fill(item, taxonomy)
    known.set(item, full)
    known.set(full, full)
  }
  return full
}

const read = new WeakMap<Taxonomy, WeakMap<Titled, Titled>>()

function fill<T extends Titled>(record: T, taxonomy: Taxonomy): T {
  const item = withAttributes(record)
  if (typeof item.name !== 'string' || item.name.trim() === '') return item
  const title = parseTitle(item.name, taxonomy)
  const isKnown = traitsOf(item, taxonomy) !== null
  const isColored = Array.isArray(item.colors) && item.colors.length > 0
  return {
    ...item,
    ...(isKnown || !title.category ? {} : { category: title.category, subcategory: title.subcategory }),
    ...(isColored ? {} : { colors: title.colors.map(({ hex }, i) => ({ hex, share: 0.5 ** i })) }),
    ...(item.material ? {} : { material: title.material }),
    ...(item.pattern ? {} : { pattern: title.pattern }),
    ...(item.patternScale || !title.patternScale ? {} : { patternScale: title.patternScale }),
    ...(item.fit || !title.fit ? {} : { fit: title.fit }),
  }
}

function withAttributes<T extends Titled>(item: T): T {
  const patternScale = item.patternScale || attributeIn(item.attributes, 'pattern-scale')
  const fit = item.fit || attributeIn(item.attributes, 'fit') || attributeIn(item.attributes, 'leg')
  return { ...item, ...(patternScale ? { patternScale } : {}), ...(fit ? { fit } : {}) }
}
