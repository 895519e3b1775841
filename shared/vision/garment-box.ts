import type { GarmentMask } from '../colour/garment-mask.js'
import type { RgbaImage } from '../colour/pixels.js'
import type { Box } from './square.js'

const MARGIN = 0.06

/** Where in a picture the garment is, with a little around it; all of the picture where it was not found. */
export function garmentBox(image: RgbaImage, mask: GarmentMask): Box {
  const whole = { left: 0, top: 0, right: image.width, bottom: image.height }
  if (mask.method === 'centre') return whole
  let [left, top, right, bottom] = [mask.width, mask.height, 0, 0]
  for (let i = 0; i < mask.data.length; i++) {
    if (!mask.data[i]) continue
    const x = i % mask.width
    const y = (i - x) / mask.width
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + 1)
    bottom = Math.max(bottom, y + 1)
  }
  if (right <= left) return whole
  const [across, down] = [MARGIN * (right - left), MARGIN * (bottom - top)]
  const [scaleX, scaleY] = [image.width / mask.width, image.height / mask.height]
  return {
    left: Math.max(0, Math.floor((left - across) * scaleX)),
    top: Math.max(0, Math.floor((top - down) * scaleY)),
    right: Math.min(image.width, Math.ceil((right + across) * scaleX)),
    bottom: Math.min(image.height, Math.ceil((bottom + down) * scaleY)),
  }
}
