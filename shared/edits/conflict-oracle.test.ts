import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../domain/json.js'
import { createPrng, type Prng } from '../testing/prng.js'
import { createModelReplica, type ModelReplica } from '../testing/replica.js'
import { beatenEdits } from './bag.js'
import { type Conflict, conflictsOf } from './conflict.js'
import { compareEdits, type Edit, editKey, isRelease, RELEASE } from './edit.js'
import { foldEdits } from './fold.js'

// Replicas write and meet at random. The oracle knows what each writer had seen, which no bag says; from that alone
// it derives what must show, what is in conflict and what must still be in a bag.

const START = Date.UTC(2026, 0, 1)
const KIND = 'items'
const IDS = ['x', 'y']
const FIELDS = ['name', 'brand', 'deletedAt', 'tags.a', 'tags.b', 'shine']

interface Known {
  readonly edit: Edit
  readonly saw: ReadonlySet<string>
}

interface World {
  readonly replicas: readonly ModelReplica[]
  readonly history: Map<string, Known>
  /** by writer: the names of what it has seen */
  readonly seen: Map<string, Set<string>>
}

function createWorld(random: Prng): World {
  let time = START
  const writers = ['phone/tab1', 'phone/tab2', 'tablet/main', 'server/vision']
  const replicas = writers.map((by, i) => {
    const skew = random.below(120_000) - 60_000
    const now = (): number => {
      time += random.below(3)
      return time + skew
    }
    return createModelReplica({ by, client: 10 + i, now })
  })
  return { replicas, history: new Map(), seen: new Map(writers.map((by) => [by, new Set()])) }
}

function randomSet(random: Prng): Record<string, Json> {
  const set: Record<string, Json> = {}
  for (let n = 1 + random.below(3); n > 0; n--) {
    const field = random.pick(FIELDS)
    if (random.chance(0.12)) set[field] = RELEASE
    else if (random.chance(0.15)) set[field] = null
    else if (field.startsWith('tags.')) set[field] = true
    else set[field] = random.below(4)
  }
  return set
}

function step(world: World, random: Prng): void {
  const one = random.pick(world.replicas)
  const seen = world.seen.get(one.by)!
  if (random.chance(0.55)) {
    const analysing = one.by.startsWith('server') && random.chance(0.7)
    const src = analysing ? 'vision' : random.chance(0.1) ? 'device' : random.chance(0.05) ? 'robot' : 'user'
    const id = random.pick(IDS)
    const before = new Set(seen)
    const edit = one.write(KIND, id, randomSet(random), { src })
    world.history.set(editKey(edit), { edit, saw: before })
    seen.add(editKey(edit))
    const bag = one.editsOf(KIND, id).map(editKey)
    expect([...new Set(bag)]).toHaveLength(bag.length)
    // [ED6] Swept: what is left counts or conflicts in at least one field.
    const needed = unbeatenNames(world, one, id)
    expect(bag.filter((name) => !needed.has(name))).toEqual([])
  } else {
    const other = random.pick(world.replicas)
    if (other === one) return
    other.pull(one)
    for (const name of seen) world.seen.get(other.by)!.add(name)
  }
}

/** Edits of one field and source that nobody who wrote that field later had seen. */
function unbeaten(world: World, replica: ModelReplica, id: string, field: string, src: string): Edit[] {
  const known = [...world.seen.get(replica.by)!]
    .map((name) => world.history.get(name)!)
    .filter(({ edit }) => edit.id === id && edit.src === src && Object.hasOwn(edit.set, field))
  return known
    .filter(({ edit }) => !known.some(({ saw }) => saw.has(editKey(edit))))
    .map(({ edit }) => edit)
    .sort((x, y) => compareEdits(y, x))
}

function unbeatenNames(world: World, replica: ModelReplica, id: string): Set<string> {
  const names = new Set<string>()
  for (const field of FIELDS)
    for (const src of ['user', 'vision', 'device', 'robot'])
      for (const edit of unbeaten(world, replica, id, field, src)) names.add(editKey(edit))
  return names
}

/** Compares one replica with the oracle; returns how many conflicts there were. */
function compare(world: World, replica: ModelReplica): number {
  let conflicts = 0
  for (const id of IDS) {
    const live = replica.editsOf(KIND, id)
    const shown = foldEdits(live)
    const listed = new Map(conflictsOf(live).map((conflict) => [conflict.field, conflict]))
    const bag = new Set(live.map(editKey))
    for (const name of unbeatenNames(world, replica, id)) expect(bag).toContain(name)
    for (const field of FIELDS) {
      let value: Json | undefined
      for (const src of ['user', 'vision', 'device']) {
        const winner = unbeaten(world, replica, id, field, src)[0]
        if (!winner || isRelease(winner.set[field]!)) continue
        value = winner.set[field]!
        break
      }
      expect(shown.get(field)?.value).toEqual(value)

      const [winner, ...rest] = unbeaten(world, replica, id, field, 'user')
      const losers = rest.filter((e) => JSON.stringify(e.set[field]) !== JSON.stringify(winner?.set[field]))
      const conflict = listed.get(field)
      expect(conflict?.losers.map(({ name: [hlc, by] }) => editKey({ hlc, by })) ?? []).toEqual(
        losers.map(editKey),
      )
      if (losers.length === 0) continue
      expect(conflict).toMatchObject({ kind: KIND, id, winner: { value: winner!.set[field] } })
      conflicts += losers.length
    }
  }
  return conflicts
}

function play(seed: number, steps: number): { checks: number; conflicts: number } {
  const random = createPrng(seed)
  const world = createWorld(random)
  let checks = 0
  let conflicts = 0
  for (let i = 0; i < steps; i++) {
    step(world, random)
    for (const replica of world.replicas) conflicts += compare(world, replica)
    checks += world.replicas.length * IDS.length * FIELDS.length
  }
  // Everybody meets everybody: one state, and a bag no larger than what counts or conflicts, once each has written.
  for (const one of world.replicas) for (const other of world.replicas) if (one !== other) other.pull(one)
  for (const one of world.replicas) for (const other of world.replicas) if (one !== other) other.pull(one)
  const states = world.replicas.map((replica) =>
    IDS.map((id) =>
      [...foldEdits(replica.editsOf(KIND, id))].map(([field, { value }]) => [field, value]).sort(),
    ),
  )
  for (const state of states) expect(state).toEqual(states[0])
  expectSameAsFolder(world, random)
  for (const replica of world.replicas) replica.close()
  return { checks, conflicts }
}

/** Someone who keeps no document: takes edits one by one, in any order that causes allow, and drops the beaten ones. */
function expectSameAsFolder(world: World, random: Prng): void {
  const waiting = new Set(random.shuffle([...world.history.keys()]))
  const taken = new Set<string>()
  let live: Edit[] = []
  while (waiting.size > 0)
    for (const name of waiting) {
      const { edit, saw } = world.history.get(name)!
      if (![...saw].every((cause) => taken.has(cause))) continue
      waiting.delete(name)
      taken.add(name)
      live.push(edit)
      const beaten = new Set(beatenEdits(live.filter(({ id }) => id === edit.id)))
      live = live.filter((other) => !beaten.has(other))
    }
  const [replica] = world.replicas
  for (const id of IDS) {
    const own = live.filter((edit) => edit.id === id)
    const theirs = replica!.editsOf(KIND, id)
    expect(shownValues(own)).toEqual(shownValues(theirs))
    const order = (conflicts: readonly Conflict[]) =>
      [...conflicts].sort((x, y) => (x.field < y.field ? -1 : 1))
    expect(order(conflictsOf(own))).toEqual(order(conflictsOf(theirs)))
  }
}

const shownValues = (edits: readonly Edit[]): unknown =>
  [...foldEdits(edits)].map(([field, { value }]) => [field, value]).sort()

describe('the bag says what an oracle knows that knows who saw what', () => {
  test.each([1, 2, 3, 7, 42, 2026])('[ED7] [ED6] [ED2] fixed seed %i', (seed) => {
    let conflicts = 0
    let checks = 0
    for (let run = 0; run < 5; run++) {
      const played = play(seed * 1000 + run, 50)
      conflicts += played.conflicts
      checks += played.checks
    }
    expect(checks).toBe(5 * 50 * 4 * IDS.length * FIELDS.length)
    expect(conflicts).toBeGreaterThan(100)
  })

  test('[ED7] [ED6] [ED2] random seeds', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 40 }), (seed, steps) => {
        play(seed, steps)
      }),
      { numRuns: 30 },
    )
  })
})
