/** One convolution with its clipping. `expand`, `depthwise` and `project` make a block. */
export interface Layer {
  readonly kind: 'first' | 'expand' | 'depthwise' | 'project'
  readonly stride: number
  readonly outChannels: number
  /** whether the result is held to 0…6 */
  readonly clip: boolean
  /** first: 3 × 3 × 3 × out; depthwise: 3 × 3 × channels; else in × out */
  readonly weights: Float32Array
  readonly bias: Float32Array
}

/** Weights of a linear classifier. */
export interface HeadWeights {
  readonly classes: readonly string[]
  /** of each number that it reads: what is taken off, and what the rest is divided by */
  readonly mean: Float32Array
  readonly deviation: Float32Array
  /** of each class */
  readonly weights: readonly Float32Array[]
  readonly bias: readonly number[]
  /** how far scores are spread before they become probabilities */
  readonly temperature: number
}

export interface EyeWeights {
  /** pixels along each side of what the network looks at */
  readonly side: number
  readonly layers: readonly Layer[]
  readonly heads: Readonly<Record<'kinds' | 'patterns', HeadWeights>>
}

/** Numbers of a byte each, which stand for `min + byte × scale`; or, without those, of four bytes, as they are. */
interface Tensor {
  readonly count: number
  readonly min?: number
  readonly scale?: number
}

type Stored<T> = {
  readonly [K in keyof T]: T[K] extends Float32Array
    ? Tensor
    : T[K] extends readonly Float32Array[]
      ? readonly Tensor[]
      : T[K]
}

interface Header {
  readonly side: number
  readonly layers: readonly Stored<Layer>[]
  readonly heads: Readonly<Record<'kinds' | 'patterns', Stored<HeadWeights>>>
}

const MAGIC = 'MDEY'

/**
 * Reads a file of weights: four letters, the length of the header as a 32-bit little-endian number, the header in JSON,
 * and the numbers of its tensors in the order in which it names them.
 *
 * @throws Error where it is none
 */
export function readWeights(file: Uint8Array): EyeWeights {
  if (file.length < 8 || String.fromCharCode(...file.subarray(0, 4)) !== MAGIC)
    throw new Error('these are not the weights of the local vision')
  const length = new DataView(file.buffer, file.byteOffset).getUint32(4, true)
  const header: Header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))
  let at = 8 + length
  const read = ({ count, min, scale }: Tensor): Float32Array => {
    const size = min === undefined ? 4 * count : count
    // a copy: `slice` of a Node buffer is none, and numbers of four bytes need their own beginning
    const bytes = new Uint8Array(file.subarray(at, at + size))
    if (bytes.length < size) throw new Error('the weights of the local vision are cut off')
    at += size
    if (min === undefined || scale === undefined) return new Float32Array(bytes.buffer)
    return Float32Array.from(bytes, (byte) => min + byte * scale)
  }
  const layers = header.layers.map((layer) => ({
    ...layer,
    weights: read(layer.weights),
    bias: read(layer.bias),
  }))
  const head = (stored: Stored<HeadWeights>): HeadWeights => ({
    ...stored,
    mean: read(stored.mean),
    deviation: read(stored.deviation),
    weights: stored.weights.map(read),
  })
  const kinds = head(header.heads.kinds)
  return { side: header.side, layers, heads: { kinds, patterns: head(header.heads.patterns) } }
}

/** A layer whose numbers are a byte each, with the numbers that they stand for. */
export function unpackLayer(layer: PackedLayer): Layer {
  const unpack = ({ bytes, min, scale }: Packed): Float32Array =>
    Float32Array.from(bytes, (byte) => min + byte * scale)
  return { ...layer, weights: unpack(layer.weights), bias: unpack(layer.bias) }
}

/** Writes what {@link readWeights} reads: the network to the byte, the heads' weights to a byte each. */
export function writeWeights(
  side: number,
  layers: readonly PackedLayer[],
  heads: EyeWeights['heads'],
): Uint8Array {
  const parts: Uint8Array[] = []
  const whole = (values: Float32Array): Tensor => {
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    return { count: values.length }
  }
  const packed = ({ bytes, min, scale }: Packed): Tensor => {
    parts.push(bytes)
    return { count: bytes.length, min, scale }
  }
  const header: Header = {
    side,
    layers: layers.map((layer) => ({ ...layer, weights: packed(layer.weights), bias: packed(layer.bias) })),
    heads: {
      kinds: storeHead(heads.kinds, whole, packed),
      patterns: storeHead(heads.patterns, whole, packed),
    },
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const out = new Uint8Array(8 + json.length + parts.reduce((sum, part) => sum + part.length, 0))
  out.set(new TextEncoder().encode(MAGIC))
  new DataView(out.buffer).setUint32(4, json.length, true)
  out.set(json, 8)
  let at = 8 + json.length
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Numbers as a byte each. */
export interface Packed {
  readonly bytes: Uint8Array
  readonly min: number
  readonly scale: number
}

export type PackedLayer = Omit<Layer, 'weights' | 'bias'> & {
  readonly weights: Packed
  readonly bias: Packed
}

function storeHead(
  head: HeadWeights,
  whole: (values: Float32Array) => Tensor,
  packed: (values: Packed) => Tensor,
): Stored<HeadWeights> {
  return {
    ...head,
    mean: whole(head.mean),
    deviation: whole(head.deviation),
    weights: head.weights.map((row) => packed(pack(row))),
  }
}

function pack(values: Float32Array): Packed {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  const scale = (max - min) / 255 || 1
  return { bytes: Uint8Array.from(values, (value) => Math.round((value - min) / scale)), min, scale }
}
