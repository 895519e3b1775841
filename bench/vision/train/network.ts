import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Packed, PackedLayer } from '@modaics/shared/vision'

interface Weight {
  readonly name: string
  readonly shape: readonly number[]
  readonly quantization?: { readonly min: number; readonly scale: number; readonly dtype: string }
}

interface Node {
  readonly name: string
  readonly op: string
  readonly input?: readonly string[]
  readonly attr: {
    readonly strides: { readonly list: { readonly i: readonly string[] } }
    readonly fused_ops: { readonly list: { readonly s: readonly string[] } }
  }
}

interface Graph {
  readonly modelTopology: { readonly node: readonly Node[] }
  readonly weightsManifest: readonly { readonly weights: readonly Weight[] }[]
}

/**
 * The convolutions of the MobileNetV2 (width 1.4, trained on ImageNet) that npm's `nsfwjs` carries under the MIT licence,
 * up to the last one that is of use here.
 *
 * @param directory the unpacked package, version 4.4.0
 */
export function readNsfwjs(directory: string, layers: number): PackedLayer[] {
  const load = createRequire(import.meta.url)
  const model = `${directory}/dist/models/mobilenet_v2_mid`
  const graph: Graph = load(`${model}/model.min.js`)
  const bytes = Buffer.concat(
    readdirSync(model)
      .filter((name) => name.startsWith('group'))
      .sort()
      .map((name) => Buffer.from(load(`${model}/${name}`), 'base64')),
  )
  const weights = new Map<string, Packed & { readonly shape: readonly number[] }>()
  let at = 0
  for (const { name, shape, quantization } of graph.weightsManifest.flatMap((group) => group.weights)) {
    const count = shape.reduce((product, side) => product * side, 1)
    if (quantization?.dtype !== 'uint8') throw new Error(`${name} is not of one byte a number`)
    const { min, scale } = quantization
    weights.set(name, { shape, min, scale, bytes: new Uint8Array(bytes.subarray(at, at + count)) })
    at += count
  }
  const convolutions = graph.modelTopology.node.filter(({ op }) =>
    /^(_FusedConv2D|FusedDepthwiseConv2dNative)$/.test(op),
  )
  return convolutions.slice(0, layers).map(({ op, input, attr, name }, i) => {
    const [filter, bias] = (input ?? []).slice(1).map((one) => weights.get(one))
    if (!filter || !bias) throw new Error(`${name} lacks weights`)
    const depthwise = op === 'FusedDepthwiseConv2dNative'
    const clip = attr.fused_ops.list.s.length > 1
    return {
      kind: i === 0 ? 'first' : depthwise ? 'depthwise' : clip ? 'expand' : 'project',
      stride: Number(attr.strides.list.i[1]),
      outChannels: filter.shape[depthwise ? 2 : 3] ?? 0,
      clip,
      weights: { bytes: filter.bytes, min: filter.min, scale: filter.scale },
      bias: { bytes: bias.bytes, min: bias.min, scale: bias.scale },
    }
  })
}
