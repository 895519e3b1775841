import {
  analysePhoto,
  compareEdits,
  EYES_VERSION,
  featuresOf,
  fieldsSeen,
  type Json,
  type JsonObject,
  type Photo,
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
  /** Of a photo that shows a piece: what the device says of the piece is what its first photo shows, and of more what it does not. */
  look(photo: Photo, pixels: RgbaImage): Promise<void>
  /**
   * A photo that shows a piece and that nobody has looked at, or only a device without these eyes. While it is known that they
   * cannot be had, what was seen without them is left as it is.
   */
  due(photos: readonly Photo[]): (Photo & { readonly hash: string }) | undefined
  /** Nothing can be seen in it here: it is not due any more. */
  passOver(hash: string): void
  /** What kept the eyes from being had may be over: one photo may find out. */
  tryAgain(): void
  status(): EyesStatus
  close(): void
}

export interface DeviceLookOptions {
  readonly replica: Pick<Replica, 'index' | 'write'>
  /** null sees colours only */
  readonly openEyes: (() => Promise<Looker>) | null
  /** the eyes are there, and were not before: what was seen without them may be looked at again */
  readonly onEyes: () => void
}

const DEVICE = 'device'

export function createDeviceLook({ replica, openEyes, onEyes }: DeviceLookOptions): DeviceLook {
  let opening: Promise<Looker> | undefined
  let looker: Looker | undefined
  let failure: string | null = null
  let trying = false
  let closed = false
  /** by hash */
  const passed = new Set<string>()

  async function see(pixels: RgbaImage): Promise<PhotoAnalysis> {
    if (!openEyes) return analysePhoto(pixels)
    const wasBlind = failure !== null
    try {
      opening ??= openEyes()
      looker = await opening
      const seen = await looker.look(pixels)
      failure = looker.blind
      if (wasBlind && failure === null) onEyes()
      return seen
    } catch (error) {
      if (!looker) opening = undefined
      failure = error instanceof Error ? error.message : String(error)
      return analysePhoto(pixels)
    }
  }

  /** What the device has said of a piece, by field. */
  function saidOf(itemId: string): Readonly<Record<string, Json>> {
    const edits = replica.index.live({ kind: 'items', id: itemId }).filter(({ src }) => src === DEVICE)
    const said: Record<string, Json> = {}
    for (const { set } of [...edits].sort(compareEdits)) Object.assign(said, set)
    return said
  }

  /** Looking takes a while: the photo may have been removed, or be of another piece by now. */
  function isWanted({ id, itemId }: Photo): boolean {
    const photo = replica.index.get('photos', id)
    return photo !== undefined && photo.deletedAt === null && photo.itemId === itemId
  }

  const isFirst = ({ id, itemId }: Photo): boolean =>
    !replica.index
      .list('photos')
      .some((o) => o.itemId === itemId && o.deletedAt === null && o.analysis !== null && o.id < id)

  return {
    async look(photo, pixels) {
      const { id, hash, itemId, analysis: before } = photo
      const seen = await see(pixels)
      trying = false
      if (hash !== null && Object.keys(seen).length === 0) passed.add(hash)
      // colours again are nothing new
      const nothingNew = before !== null && failure !== null
      if (closed || itemId === null || nothingNew || Object.keys(seen).length === 0) return
      if (!isWanted(photo)) return
      const analysis = { analyser: DEVICE, hash, itemId, ...seen } as unknown as JsonObject
      await replica.write({ kind: 'photos', id, set: { analysis }, src: DEVICE })
      const { set, confidence } = fieldsSeen(seen)
      const [said, first] = [saidOf(itemId), isFirst(photo)]
      const news = Object.keys(set).filter((field) =>
        first ? JSON.stringify(said[field]) !== JSON.stringify(set[field]) : !(field in said),
      )
      if (news.length === 0) return
      await replica.write({
        kind: 'items',
        id: itemId,
        set: only(set, news),
        src: DEVICE,
        confidence: only(confidence, news),
      })
    },
    due(photos) {
      for (const photo of photos) {
        const { hash, itemId, analysis, deletedAt } = photo
        if (hash === null || itemId === null || deletedAt !== null || passed.has(hash)) continue
        const blind = analysis?.analyser === DEVICE && featuresOf(analysis)?.eyes !== EYES_VERSION
        const hope = openEyes !== null && (failure === null || trying)
        if (analysis === null || (blind && hope)) return { ...photo, hash }
      }
      return undefined
    },
    passOver: (hash) => void passed.add(hash),
    tryAgain() {
      trying = true
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

function only<T>(fields: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}
