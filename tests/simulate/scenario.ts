/** A device of a simulated run: whose it is, and what it opens. */
export interface DevicePlan {
  readonly user: string
  /** index of the wardrobe */
  readonly wardrobe: number
  /** ms that its clock is wrong by at the start */
  readonly clockError: number
  /** index of the browser that it is a tab of; absent where it is an app of its own */
  readonly browser?: number
  /** when it is first switched on, ms after the start */
  readonly bootAt: number
}

/** Something that happens to one device or server: an operation of a person, or a fault. */
export interface Step {
  /** ms after the start */
  readonly at: number
  /** its name among the actions */
  readonly action: string
  /** index of the device or server instance */
  readonly on: number
  /** picks among what there is: a record, a field, a duration */
  readonly dice: readonly number[]
}

/** Everything that a run is made from; latencies and torn bytes follow from the seed. */
export interface Scenario {
  readonly seed: number
  readonly wardrobes: number
  readonly devices: readonly DevicePlan[]
  /** server processes; with one, `embedded` puts the write-ahead log before the store */
  readonly instances: number
  readonly embedded: boolean
  readonly accessTokenMs: number
  readonly steps: readonly Step[]
  /** when the last fault ends, ms after the start */
  readonly quietAt: number
}

export const YEAR_MS: number = 365 * 86_400_000
/** more than this is not a clock that nobody has set for a while */
export const MONTHS_MS: number = 60 * 86_400_000

/** The device, or all tabs of its browser: they have one journal and one clock. */
export function partsOf({ devices }: Scenario, device: number): number[] {
  const browser = devices[device]?.browser
  if (browser === undefined) return [device]
  return devices.flatMap((plan, i) => (plan.browser === browser ? [i] : []))
}
