import { loadKernels } from './kernels.js'
import type { Layer } from './weights.js'

/** A convolutional network that was trained on photos of everything. It computes on the thread that asks it. */
export interface Network {
  /** pixels along each side of the picture that it looks at */
  readonly side: number
  /**
   * @param rgb `side` × `side` pixels of red, green and blue, 0 to 255, row by row
   * @param watch is shown what each layer made: `side` × `side` places of some channels each, in memory that the next
   *   layers use again
   */
  run(rgb: Uint8Array, watch: (layer: number, picture: Float32Array, side: number) => void): void
}

/**
 * MobileNetV2 in plain WebAssembly (SIMD), the same bits on every machine.
 *
 * M. Sandler et al.: MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018.
 *
 * @param side a multiple of 2 for every layer of stride 2
 * @throws WebAssembly.CompileError where the platform has no SIMD
 */
export async function createNetwork(side: number, layers: readonly Layer[]): Promise<Network> {
  const plan = layOut(side, layers)
  const memory = new WebAssembly.Memory({ initial: Math.ceil(plan.bytes / PAGE) })
  const kernels = await loadKernels(memory)
  const floats = new Float32Array(memory.buffer)
  for (const step of plan.steps) {
    floats.set(step.weights, step.weightsAt / 4)
    floats.set(step.bias, step.biasAt / 4)
  }
  // the weights are in that memory now
  const steps = plan.steps.map(({ weights, bias, ...step }) => step)

  return {
    side,
    run(rgb, watch) {
      for (const [i, step] of steps.entries()) {
        const pixels = step.outSide ** 2
        if (step.op === 'first') patches(rgb, side, step.outSide, floats.subarray(step.inAt / 4))
        if (step.op === 'depthwise') {
          const padded = rim(floats, step)
          const rowBytes = padded * step.inChannels * 4
          kernels.depthwise(
            step.rimAt,
            step.weightsAt,
            step.biasAt,
            step.outAt,
            step.outSide,
            step.outSide,
            rowBytes,
            step.stride,
            step.inChannels,
          )
        } else
          kernels.pointwise(
            step.inAt,
            step.weightsAt,
            step.biasAt,
            step.outAt,
            pixels,
            step.depth,
            step.outChannels,
            step.clip ? 1 : 0,
          )
        if (step.addAt !== null) kernels.add(step.outAt, step.addAt, pixels * step.outChannels * 4)
        watch(i, floats.subarray(step.outAt / 4, step.outAt / 4 + pixels * step.outChannels), step.outSide)
      }
    },
  }
}

const PAGE = 65_536

interface Step extends Place {
  readonly weights: Float32Array
  readonly bias: Float32Array
}

interface Place {
  readonly op: 'first' | 'pointwise' | 'depthwise'
  readonly stride: number
  readonly clip: boolean
  readonly inSide: number
  readonly inChannels: number
  readonly outSide: number
  readonly outChannels: number
  /** numbers that make one number of the result */
  readonly depth: number
  /** in bytes, as all that follow: the picture before, and the same with a rim */
  readonly inAt: number
  readonly rimAt: number
  readonly outAt: number
  readonly weightsAt: number
  readonly biasAt: number
  /** what is added to the result (the input of the block it ends) */
  readonly addAt: number | null
}

/** Where everything lies in memory: three places for pictures in turn, one for a picture with a rim, then the weights. */
function layOut(side: number, layers: readonly Layer[]): { readonly steps: Step[]; readonly bytes: number } {
  const shapes: { inSide: number; inChannels: number; outSide: number; outChannels: number }[] = []
  let [at, channels] = [side, 3]
  for (const layer of layers) {
    const outSide = Math.ceil(at / layer.stride)
    shapes.push({ inSide: at, inChannels: channels, outSide, outChannels: layer.outChannels })
    at = outSide
    channels = layer.outChannels
  }
  // four pixels are computed at a time, so that up to three lie beyond the picture
  const picture = (pixels: number, channels: number): number => (pixels + 4) * channels * 4
  const room = Math.max(
    picture(Math.ceil(side / 2) ** 2, 27),
    ...shapes.map((shape) => picture(shape.outSide ** 2, shape.outChannels)),
  )
  const rimRoom = Math.max(...shapes.map((shape) => picture((shape.inSide + 2) ** 2, shape.inChannels)))
  const places = [0, room, 2 * room]
  let free = 3 * room + rimRoom

  const steps: Step[] = []
  let input = 0
  let block = { at: -1, side: 0, channels: 0 }
  for (const [i, layer] of layers.entries()) {
    const shape = shapes[i] ?? { inSide: 0, inChannels: 0, outSide: 0, outChannels: 0 }
    // the beginning of a block is kept until its end
    if (layer.kind === 'expand') block = { at: input, side: shape.inSide, channels: shape.inChannels }
    const out = places.find((place) => place !== input && place !== block.at) ?? 0
    const adds =
      layer.kind === 'project' && block.side === shape.outSide && block.channels === shape.outChannels
    const depth = layer.kind === 'first' ? 27 : layer.kind === 'depthwise' ? 9 : shape.inChannels
    const op = layer.kind === 'first' || layer.kind === 'depthwise' ? layer.kind : 'pointwise'
    const weights = op === 'depthwise' ? layer.weights : inBlocks(layer.weights, depth, shape.outChannels)
    steps.push({
      op,
      weights,
      bias: layer.bias,
      stride: layer.stride,
      clip: layer.clip,
      ...shape,
      depth,
      inAt: input,
      rimAt: 3 * room,
      outAt: out,
      weightsAt: free,
      biasAt: free + weights.length * 4,
      addAt: adds ? block.at : null,
    })
    free += (weights.length + layer.bias.length) * 4
    input = out
    if (layer.kind === 'project') block = { at: -1, side: 0, channels: 0 }
  }
  return { steps, bytes: free }
}

/** Weights of `depth` × `width` in blocks of 8 of the width. */
function inBlocks(weights: Float32Array, depth: number, width: number): Float32Array {
  const out = new Float32Array(weights.length)
  let at = 0
  for (let n = 0; n < width; n += 8)
    for (let k = 0; k < depth; k++) {
      out.set(weights.subarray(k * width + n, k * width + n + 8), at)
      at += 8
    }
  return out
}

/** The 3 × 3 neighbours of every second pixel side by side, −1 to 1; beyond the picture 0. */
function patches(rgb: Uint8Array, side: number, outSide: number, to: Float32Array): void {
  let at = 0
  for (let y = 0; y < outSide; y++)
    for (let x = 0; x < outSide; x++)
      for (let dy = 0; dy < 3; dy++)
        for (let dx = 0; dx < 3; dx++) {
          const inside = 2 * y + dy < side && 2 * x + dx < side
          const from = ((2 * y + dy) * side + 2 * x + dx) * 3
          for (let c = 0; c < 3; c++) to[at++] = inside ? (rgb[from + c] ?? 0) / 127.5 - 1 : 0
        }
}

/** Copies the input to where it has a rim of zeros: all around, or for every second pixel only right and below. */
function rim(floats: Float32Array, { inAt, rimAt, inSide, inChannels, stride }: Place): number {
  const before = stride === 1 ? 1 : 0
  const side = inSide + 1 + before
  const to = rimAt / 4
  const row = side * inChannels
  floats.fill(0, to, to + side * row)
  for (let y = 0; y < inSide; y++) {
    const from = inAt / 4 + y * inSide * inChannels
    floats.copyWithin(to + (y + before) * row + before * inChannels, from, from + inSide * inChannels)
  }
  return side
}
