/** A number in 0..1 that depends on nothing but a text and a seed: FNV-1a with a final mix (Murmur 3). */
export function chance(text: string, seed: number): number {
  let hash = (2_166_136_261 ^ Math.imul(seed, 2_654_435_761)) >>> 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296
}
