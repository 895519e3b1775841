import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { EYES_FILE } from '../eyes-file.js'
import { createNetwork } from './network.js'
import { type Layer, readWeights } from './weights.js'

/** Numbers that look like chance, −0.5 to 0.5. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  })
}

const layer = (
  kind: Layer['kind'],
  stride: number,
  inChannels: number,
  outChannels: number,
  clip: boolean,
): Layer => ({
  kind,
  stride,
  outChannels,
  clip,
  weights: numbers(
    (kind === 'first' ? 27 : kind === 'depthwise' ? 9 : inChannels) *
      (kind === 'depthwise' ? 1 : outChannels) *
      (kind === 'depthwise' ? outChannels : 1),
    outChannels + inChannels,
  ),
  bias: numbers(outChannels, outChannels),
})
const LAYERS = [
  layer('first', 2, 3, 16, true),
  layer('depthwise', 1, 16, 16, true),
  layer('project', 1, 16, 8, false),
  layer('expand', 1, 8, 24, true),
  layer('depthwise', 1, 24, 24, true),
  layer('project', 1, 24, 8, false),
  layer('expand', 1, 8, 24, true),
  layer('depthwise', 2, 24, 24, true),
  layer('project', 1, 24, 16, false),
]

/** The same in plain loops, as the paper says it. */
function plainly(rgb: Uint8Array, side: number): number[][] {
  let picture = Array.from(rgb, (value) => value / 127.5 - 1)
  let [size, channels] = [side, 3]
  let block: { picture: number[]; size: number; channels: number } | null = null
  return LAYERS.map(({ kind, stride, outChannels, clip, weights, bias }) => {
    if (kind === 'expand') block = { picture, size, channels }
    const out: number[] = []
    const to = Math.ceil(size / stride)
    const wide = kind === 'first' || kind === 'depthwise'
    const before = wide && stride === 1 ? 1 : 0
    for (let y = 0; y < to; y++)
      for (let x = 0; x < to; x++)
        for (let n = 0; n < outChannels; n++) {
          let sum = bias[n]!
          for (let dy = 0; dy < (wide ? 3 : 1); dy++)
            for (let dx = 0; dx < (wide ? 3 : 1); dx++) {
              const [v, u] = [y * stride + dy - before, x * stride + dx - before]
              if (v < 0 || u < 0 || v >= size || u >= size) continue
              const from = (v * size + u) * channels
              if (kind === 'depthwise') sum += picture[from + n]! * weights[(dy * 3 + dx) * channels + n]!
              else
                for (let k = 0; k < channels; k++)
                  sum += picture[from + k]! * weights[((dy * 3 + dx) * channels + k) * outChannels + n]!
            }
          out.push(clip ? Math.min(6, Math.max(0, sum)) : sum)
        }
    if (kind === 'project' && block?.size === to && block.channels === outChannels)
      for (let i = 0; i < out.length; i++) out[i] = out[i]! + block.picture[i]!
    ;[picture, size, channels] = [out, to, outChannels]
    return out
  })
}

describe('the network', () => {
  test('computes what plain loops compute, layer by layer', async () => {
    const rgb = Uint8Array.from(numbers(16 * 16 * 3, 7), (value) => Math.floor((value + 0.5) * 255.9))
    const network = await createNetwork(16, LAYERS)
    const expected = plainly(rgb, 16)
    for (let time = 0; time < 2; time++) {
      let layers = 0
      network.run(rgb, (i, picture, side) => {
        expect(picture.length).toBe(expected[i]!.length)
        expect(side).toBe(i < 7 ? 8 : 4)
        for (const [j, value] of picture.entries()) expect(value).toBeCloseTo(expected[i]![j]!, 3)
        layers++
      })
      expect(layers).toBe(LAYERS.length)
    }
  })

  test('a file of weights that is none, or cut off, is refused', () => {
    const file = readFileSync(EYES_FILE)
    expect(() => readWeights(new Uint8Array([1, 2, 3]))).toThrow('not the weights')
    expect(() => readWeights(file.subarray(0, file.length - 1))).toThrow('cut off')
    expect(readWeights(file).layers).toHaveLength(48)
  })
})
