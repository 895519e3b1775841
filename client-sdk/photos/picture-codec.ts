import type { RgbaImage } from '@modaics/shared'

/** A picture that this platform could decode. */
export interface DecodedPicture {
  /** upright, as it is looked at, in pixels */
  readonly width: number
  readonly height: number
  /** the picture made small, for looking at it: longest edge at most `LOOK_EDGE` */
  readonly pixels: RgbaImage
  /** Encodes it anew, upright, its longest edge at most so many pixels, without metadata: JPEG, or PNG where it is transparent. */
  encode(maxEdge: number): Promise<Uint8Array>
  close(): void
}

/** Decodes whatever the platform can, HEIC where it has a decoder for it; null for what it cannot. */
export type DecodePicture = (bytes: Uint8Array) => Promise<DecodedPicture | null>

/** Longest edge of the pixels that a picture is looked at in. */
export const LOOK_EDGE = 400

/** A picture that can be seen through is not encoded as JPEG. */
export function isOpaque({ data }: RgbaImage): boolean {
  for (let i = 3; i < data.length; i += 4) if ((data[i] ?? 255) < 255) return false
  return true
}
