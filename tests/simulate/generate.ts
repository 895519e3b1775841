import { createPrng, type Prng } from '@modaics/shared/testing'
import { ACTIONS, type ActionName } from './actions.js'
import { type DevicePlan, type Scenario, type Step, YEAR_MS } from './scenario.js'

/** A run from its seed. */
export function createScenario(seed: number): Scenario {
  const random = createPrng(seed)
  const wardrobes = random.chance(0.3) ? 2 : 1
  const instances = random.chance(0.4) ? 2 : 1
  const devices = Array.from({ length: 2 + random.below(3) + (wardrobes - 1) }, (_, i): DevicePlan => {
    const wardrobe = i < 2 ? 0 : random.below(wardrobes)
    return {
      // A wardrobe may be shared by two people; each has devices of their own.
      user: `user-${wardrobe}-${random.chance(0.7) ? 0 : 1}`,
      wardrobe,
      clockError: clockErrorOf(random),
      bootAt: random.below(10_000),
    }
  })
  // In some runs, one device is a browser with up to three tabs.
  const [first] = devices
  if (first && random.chance(0.4)) {
    devices[0] = { ...first, browser: 0 }
    for (let tabs = 1 + random.below(2); tabs > 0; tabs--)
      devices.push({ ...first, browser: 0, bootAt: random.below(20_000) })
  }
  const length = 20_000 + random.below(100_000)
  const actions = weighted(random)
  const steps = Array.from({ length: 15 + random.below(60) }, (): Step => {
    const action = random.pick(actions)
    return {
      at: random.below(length),
      action,
      on: random.below(ACTIONS[action].on === 'server' ? instances : devices.length),
      dice: [random.next(), random.next(), random.next()],
    }
  }).sort((x, y) => x.at - y.at)
  return {
    seed,
    wardrobes,
    devices,
    instances,
    embedded: instances === 1 && random.chance(0.6),
    accessTokenMs: random.chance(0.3) ? 20_000 + random.below(60_000) : 900_000,
    steps,
    quietAt: length,
  }
}

/** Most clocks are about right; some are off by up to a year. */
function clockErrorOf(random: Prng): number {
  const size = random.pick([0, 0, 500, 5_000, 600_000, YEAR_MS])
  return Math.round((random.next() * 2 - 1) * size)
}

/** The actions as often as they weigh; in each run, some kinds of faults do not occur, so that others are seen alone. */
function weighted(random: Prng): ActionName[] {
  const names = Object.keys(ACTIONS) as ActionName[]
  return names.flatMap((name) => {
    const { weight, fault } = ACTIONS[name]
    return fault && random.chance(0.5) ? [] : Array.from({ length: weight }, () => name)
  })
}
