import type { Claims } from './claims.js'
import type { Device } from './device.js'
import type { Garment } from './garment.js'
import type { Terminal } from './terminal.js'

/** What every step of the story has at hand. */
export interface Stage {
  readonly terminal: Terminal
  readonly claims: Claims
  readonly phone: Device
  readonly tablet: Device
}

/** A garment that is in the wardrobe now. */
export interface Placed {
  readonly garment: Garment
  readonly itemId: string
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
