import { canonicalJson } from '../domain/canonical-json.js'
import type { Json } from '../domain/json.js'
import { conflictsOf } from './conflict.js'
import { compareEdits, type Edit, SOURCES } from './edit.js'

/** 64 bits, as two halves of 32. */
export type Fingerprint = readonly [high: number, low: number]

/** Of a wardrobe with nothing in it. */
export const EMPTY_FINGERPRINT: Fingerprint = [0, 0]

/**
 * Of one record: of what each source says of each of its fields, in which edit, and of its conflicts. Two holders of the
 * record have the same one exactly when they show the same now and would after any later edit, whatever they have swept.
 * Finds accidents, not forgeries: 64 bits that anybody can compute.
 */
export function recordFingerprint(kind: string, id: string, edits: readonly Edit[]): Fingerprint {
  const winners = new Map<string, Edit>()
  for (const edit of edits) {
    if (!(SOURCES as readonly string[]).includes(edit.src)) continue
    for (const field in edit.set) {
      const key = `${edit.src} ${field}`
      const winner = winners.get(key)
      if (!winner || compareEdits(edit, winner) > 0) winners.set(key, edit)
    }
  }
  if (winners.size === 0) return EMPTY_FINGERPRINT
  const said: Json[] = [...winners].sort(byKey).map(([key, { hlc, by, set }]) => {
    const value = set[key.slice(key.indexOf(' ') + 1)] ?? null
    return [key, hlc, by, value]
  })
  const lost: Json[] = conflictsOf(edits)
    .map(({ field, losers }): [string, Json] => [field, losers.map(({ name }) => [...name])])
    .sort(byKey)
  return hash64(canonicalJson([kind, id, said, lost]))
}

/** Of a whole from those of its parts, in any order. Adding one a second time takes it out again. */
export function addFingerprints(x: Fingerprint, y: Fingerprint): Fingerprint {
  return [(x[0] ^ y[0]) >>> 0, (x[1] ^ y[1]) >>> 0]
}

/** 16 hexadecimal digits. */
export function fingerprintToHex([high, low]: Fingerprint): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

function byKey([x]: readonly [string, unknown], [y]: readonly [string, unknown]): number {
  return x < y ? -1 : x > y ? 1 : 0
}

/** cyrb53 of bryc (public domain), with all of its 64 bits: two multiplicative hashes over UTF-16 units, mixed. */
function hash64(text: string): Fingerprint {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 2_654_435_761)
    low = Math.imul(low ^ unit, 1_597_334_677)
  }
  const mixed = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(mixed ^ (mixed >>> 13), 3_266_489_909)
  return [mixed >>> 0, low >>> 0]
}
