import sharp from 'sharp'
import type { Garment, GarmentKind } from './garment.js'

// Outlines on a field of 480 × 600: what a flat lay looks like from above, as simple as it can be.
const OUTLINES = {
  shirt:
    'M170 110 L215 92 Q240 128 265 92 L310 110 L410 330 L352 356 L318 270 L322 530 L158 530 L162 270 L128 356 L70 330 Z',
  't-shirt':
    'M165 120 L208 98 Q240 140 272 98 L315 120 L425 215 L372 272 L330 240 L330 510 L150 510 L150 240 L108 272 L55 215 Z',
  trousers: 'M160 70 L320 70 L345 545 L268 545 L240 220 L212 545 L135 545 Z',
  skirt: 'M180 110 L300 110 L390 500 Q240 540 90 500 Z',
  dress:
    'M185 70 L213 66 Q240 120 267 66 L295 70 L300 200 L285 270 L390 540 Q240 580 90 540 L195 270 L180 200 Z',
  coat: 'M165 70 L215 55 L240 130 L265 55 L315 70 L420 380 L360 400 L325 260 L345 560 L135 560 L155 260 L120 400 L60 380 Z',
  boots:
    'M90 130 L205 130 L205 400 Q222 470 210 490 L60 490 Q48 450 92 410 Z M275 130 L390 130 L388 410 Q432 450 420 490 L270 490 Q258 470 275 400 Z',
  sneakers:
    'M45 330 Q120 300 135 225 Q190 262 222 292 L228 400 L40 400 Q32 352 45 330 Z M252 330 Q327 300 342 225 Q397 262 429 292 L435 400 L247 400 Q239 352 252 330 Z',
  scarf: 'M150 60 L250 60 L258 400 L262 545 L160 545 L152 300 Z M228 60 L330 70 L338 500 L262 505 L250 200 Z',
} as const

/** What the garment lies on. */
const GROUNDS = {
  sheet: '<rect width="480" height="600" fill="#e9e6e0"/>',
  boards:
    '<rect width="480" height="600" fill="#a9825a"/><g stroke="#7d5c3b" stroke-width="3"><path d="M0 96H480M0 214H480M0 331H480M0 452H480M0 560H480"/></g>',
  slate: '<rect width="480" height="600" fill="#6d7278"/>',
  walnut:
    '<rect width="480" height="600" fill="#55392a"/><g stroke="#3f291d" stroke-width="3"><path d="M94 0V600M211 0V600M333 0V600M446 0V600"/></g>',
} as const

interface Drawing {
  readonly name: string
  readonly kind: GarmentKind
  readonly outline: keyof typeof OUTLINES
  readonly color: string
  readonly ground: keyof typeof GROUNDS
}

const draw = (
  name: string,
  category: string,
  subcategory: string,
  outline: Drawing['outline'],
  color: string,
  ground: Drawing['ground'],
): Drawing => ({ name, kind: { category, subcategory }, outline, color, ground })

/** The first is known to both devices before the network is cut; then phone and tablet take turns. */
const DRAWINGS: readonly Drawing[] = [
  draw('Oxford shirt', 'top', 'shirt', 'shirt', '#8fb3dc', 'boards'),
  draw('Indigo jeans', 'bottom', 'jeans', 'trousers', '#2c4270', 'sheet'),
  draw('Olive chinos', 'bottom', 'chinos', 'trousers', '#6a6b35', 'sheet'),
  draw('Brown boots', 'shoes', 'boots', 'boots', '#63391f', 'sheet'),
  draw('White sneakers', 'shoes', 'sneakers', 'sneakers', '#f4f4f0', 'slate'),
  draw('Rust jumper', 'top', 'sweater', 'shirt', '#b4501f', 'slate'),
  draw('Black T-shirt', 'top', 't-shirt', 't-shirt', '#1c1c1e', 'sheet'),
  draw('Camel coat', 'outerwear', 'coat', 'coat', '#c0925a', 'slate'),
  draw('Yellow raincoat', 'outerwear', 'rain-jacket', 'coat', '#e8b71d', 'walnut'),
  draw('Red dress', 'dress', 'dress', 'dress', '#b01f31', 'sheet'),
  draw('Green skirt', 'bottom', 'skirt', 'skirt', '#1f6b45', 'boards'),
  draw('Grey scarf', 'accessory', 'scarf', 'scarf', '#8b8d92', 'walnut'),
  draw('Pink T-shirt', 'top', 't-shirt', 't-shirt', '#e28aa3', 'slate'),
  draw('Purple jumper', 'top', 'sweater', 'shirt', '#5b3278', 'boards'),
]

/** Garments that the demo draws itself; after the last of them it begins again, a little darker each time. */
export function drawGarments(count: number): Promise<Garment[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at): Promise<Garment> => {
      const drawing = DRAWINGS[at % DRAWINGS.length] as Drawing
      const round = Math.floor(at / DRAWINGS.length)
      const color = darker(drawing.color, round)
      const name = round > 0 ? `${drawing.name} ${round + 1}` : drawing.name
      return { name, kind: drawing.kind, drawnIn: color, picture: await picture(drawing, color) }
    }),
  )
}

/** As JPEG, with the folds of the cloth and the light from one side that a photo would have. */
function picture({ outline, ground }: Drawing, color: string): Promise<Buffer> {
  const path = OUTLINES[outline]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 600" width="720" height="900">
    <defs><linearGradient id="light" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="#fff" stop-opacity=".10"/><stop offset="1" stop-color="#000" stop-opacity=".14"/>
    </linearGradient><clipPath id="cloth"><path d="${path}"/></clipPath></defs>
    ${GROUNDS[ground]}
    <path d="${path}" fill="#000" opacity=".22" transform="translate(7 9)"/>
    <path d="${path}" fill="${color}"/>
    <g fill="none" stroke="#000" stroke-width="5" opacity=".08" clip-path="url(#cloth)">
      <path d="M190 180 Q215 330 188 470M292 200 Q268 350 296 500"/>
    </g>
    <rect width="480" height="600" fill="url(#light)"/>
  </svg>`
  return sharp(Buffer.from(svg)).jpeg({ quality: 88 }).toBuffer()
}

function darker(hex: string, rounds: number): string {
  const part = (at: number): string =>
    Math.round(Number.parseInt(hex.slice(at, at + 2), 16) * 0.85 ** rounds)
      .toString(16)
      .padStart(2, '0')
  return `#${part(1)}${part(3)}${part(5)}`
}
