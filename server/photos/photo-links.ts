import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { PhotoKey } from './photo-store.js'

/** Signs links to pictures that this server delivers, for `<img src>` and whoever else has no token. */
export interface PhotoLinks {
  /** The query of a link that reads one variant until `expiresAt` (ms since 1970; whole seconds count). */
  sign(key: PhotoKey, expiresAt: number): URLSearchParams
  /** Has this server signed it, for this very key, and is it still valid? */
  verify(key: PhotoKey, expires: string, signature: string, now: number): boolean
}

/** @param secret any bytes that every instance knows; the key is derived from them, and is good for nothing else */
export function createPhotoLinks(secret: Uint8Array): PhotoLinks {
  const key = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), 'modaics photo links', 32))
  const signatureOf = ({ wardrobeId, hash, variant, format }: PhotoKey, expires: string): Buffer =>
    createHmac('sha256', key).update([wardrobeId, hash, variant, format, expires].join('\n')).digest()
  return {
    sign(picture, expiresAt) {
      const expires = String(Math.floor(expiresAt / 1_000))
      const { wardrobeId: wardrobe, variant, format } = picture
      const signature = signatureOf(picture, expires).toString('base64url')
      return new URLSearchParams({ wardrobe, variant, format, expires, signature })
    },
    verify(picture, expires, signature, now) {
      if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1_000 <= now) return false
      const given = Buffer.from(signature, 'base64url')
      const right = signatureOf(picture, expires)
      return given.length === right.length && timingSafeEqual(given, right)
    },
  }
}
