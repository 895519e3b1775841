import {
  analysePhoto,
  fieldsSeen,
  type JsonObject,
  type PhotoAnalysis,
  type RgbaImage,
} from '@modaics/shared'
import type { Looker } from '@modaics/shared/vision'
import type { Replica } from '../replica/replica.js'

/** What tells kinds and patterns apart on this device. */
export interface EyesStatus {
  /** `off`: not wanted, colours only; `waiting` for the first photo; `blind`: wanted, and not to be had */
  readonly state: 'off' | 'waiting' | 'open' | 'blind'
  /** why it is blind */
  readonly reason: string | null
}

/** Looks at photos on this device, and says what it sees as the device's word. */
export interface DeviceLook {
  /** Of a photo and its piece; what this device has said of the piece before stands. */
  look(
    photo: { readonly id: string; readonly hash: string },
    itemId: string,
    pixels: RgbaImage,
  ): Promise<void>
  status(): EyesStatus
  close(): void
}

export interface DeviceLookOptions {
  readonly replica: Pick<Replica, 'index' | 'write'>
  /** null sees colours only */
  readonly openEyes: (() => Promise<Looker>) | null
}

export function createDeviceLook({ replica, openEyes }: DeviceLookOptions): DeviceLook {
  let opening: Promise<Looker> | undefined
  let looker: Looker | undefined
  let failure: string | null = null
  let closed = false

  async function see(pixels: RgbaImage): Promise<PhotoAnalysis> {
    if (!openEyes) return analysePhoto(pixels)
    try {
      opening ??= openEyes()
      looker = await opening
      const seen = await looker.look(pixels)
      failure = looker.blind
      return seen
    } catch (error) {
      if (!looker) opening = undefined
      failure = error instanceof Error ? error.message : String(error)
      return analysePhoto(pixels)
    }
  }

  const hasSaid = (itemId: string): boolean =>
    replica.index.live({ kind: 'items', id: itemId }).some(({ src }) => src === 'device')

  return {
    async look({ id, hash }, itemId, pixels) {
      const { embedding, ...seen } = await see(pixels)
      if (closed || Object.keys(seen).length === 0) return
      const src = 'device'
      const analysis = { analyser: src, hash, itemId, ...seen } as unknown as JsonObject
      await replica.write({ kind: 'photos', id, set: { analysis }, src })
      const { set, confidence } = fieldsSeen(seen)
      if (hasSaid(itemId) || Object.keys(set).length === 0) return
      await replica.write({ kind: 'items', id: itemId, set, src, confidence })
    },
    status() {
      if (!openEyes) return { state: 'off', reason: null }
      if (failure !== null) return { state: 'blind', reason: failure }
      return { state: looker ? 'open' : 'waiting', reason: null }
    },
    close() {
      closed = true
      looker?.close()
    },
  }
}
