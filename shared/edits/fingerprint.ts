import { canonicalJson } from '../domain/canonical-json.js'
import { type Conflict, conflictsOf } from './conflict.js'
import { compareEdits, type Edit, SOURCES } from './edit.js'

/** 64 bits, as two halves of 32. */
export type Fingerprint = readonly [high: number, low: number]

/** Of a wardrobe with nothing in it. */
export const EMPTY_FINGERPRINT: Fingerprint = [0, 0]

/**
 * Of one record: of what each source says of each of its fields, in which edit, and of its conflicts. Two holders of the
 * record have the same one exactly when they show the same now and would after any later edit, whatever they have swept.
 * Finds accidents, not forgeries: 64 bits that anybody can compute.
 *
 * @param conflicts of these edits, where they are known already
 */
export function recordFingerprint(
  kind: string,
  id: string,
  edits: readonly Edit[],
  conflicts: readonly Conflict[] = conflictsOf(edits),
): Fingerprint {
  // Texts by what they are sorted by. Joined, they are the canonical JSON of the whole, which is not made as a value first.
  const said: [key: string, text: string][] = []
  for (const src of SOURCES) {
    const winners = new Map<string, Edit>()
    for (const edit of edits) {
      if (edit.src !== src) continue
      for (const field in edit.set) {
        const winner = winners.get(field)
        if (!winner || compareEdits(edit, winner) > 0) winners.set(field, edit)
      }
    }
    for (const [field, { hlc, by, set }] of winners) {
      const key = `${src} ${field}`
      said.push([key, `[${canonicalJson(key)},${hlc},${canonicalJson(by)},${canonicalJson(set[field])}]`])
    }
  }
  if (said.length === 0) return EMPTY_FINGERPRINT
  const lost = conflicts.map(({ field, losers }): [string, string] => [
    field,
    canonicalJson([field, losers.map(({ name }) => [...name])]),
  ])
  return hash64(`[${canonicalJson(kind)},${canonicalJson(id)},${listOf(said)},${listOf(lost)}]`)
}

const listOf = (texts: [key: string, text: string][]): string =>
  `[${texts
    .sort(byKey)
    .map(([, text]) => text)
    .join(',')}]`

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
