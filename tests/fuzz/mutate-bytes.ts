import type { Prng } from '@modaics/shared/testing'

/** Bytes that are the edges of something: of a varint, of an ASCII range, of a length. */
const EDGES = [0, 1, 2, 3, 0x0f, 0x10, 0x7f, 0x80, 0x81, 0xfe, 0xff]

const MUTATIONS: readonly ((bytes: Uint8Array, random: Prng, other: Uint8Array) => Uint8Array)[] = [
  // a bit
  (bytes, random) => changed(bytes, random, (byte) => byte ^ (1 << random.below(8))),
  // a byte at an edge
  (bytes, random) => changed(bytes, random, () => random.pick(EDGES)),
  // any byte
  (bytes, random) => changed(bytes, random, () => random.below(256)),
  // cut off
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  // a piece taken out
  (bytes, random) => {
    const at = random.below(bytes.length + 1)
    return joined(bytes.subarray(0, at), bytes.subarray(at + random.below(9)))
  },
  // a piece twice
  (bytes, random) => {
    const at = random.below(bytes.length + 1)
    const end = at + random.below(33)
    return joined(bytes.subarray(0, end), bytes.subarray(at))
  },
  // a length that says too much
  (bytes, random) => {
    const at = random.below(bytes.length + 1)
    const huge = Array.from({ length: 1 + random.below(9) }, () => 0xff)
    return joined(bytes.subarray(0, at), new Uint8Array([...huge, random.below(128)]), bytes.subarray(at))
  },
  // the beginning of one and the end of another
  (bytes, random, other) =>
    joined(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))),
  // noise
  (_bytes, random) => Uint8Array.from({ length: random.below(64) }, () => random.below(256)),
]

/** One to three mutations of bytes. */
export function mutateBytes(bytes: Uint8Array, random: Prng, other: Uint8Array): Uint8Array {
  let result = bytes
  for (let n = 1 + random.below(3); n > 0; n--) result = random.pick(MUTATIONS)(result, random, other)
  return result
}

function changed(bytes: Uint8Array, random: Prng, to: (byte: number) => number): Uint8Array {
  if (bytes.length === 0) return bytes
  const result = bytes.slice()
  const at = random.below(bytes.length)
  result[at] = to(result[at] ?? 0) & 0xff
  return result
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    result.set(part, at)
    at += part.length
  }
  return result
}
