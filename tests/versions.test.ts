import { type EditTuple, editToTuple, type Json, recordOf, tupleToEdit } from '@modaics/shared'
import { createModelReplica, createPrng, type ModelReplica, type Prng } from '@modaics/shared/testing'
import { describe, expect, test } from 'vitest'

// A history of schemas that nobody has written yet: each version of the software knows some kinds, fields and sources, and
// knows them as it will. Whatever one writes goes through any other, which edits and sweeps the same records, and comes back
// as it was. `shared/edits` knows one schema, ours; the others differ from it as an older or a newer version does.

interface Schema {
  readonly version: number
  readonly kinds: ReadonlyMap<string, readonly string[]>
}

/** Each version adds fields and kinds to the one before, and sometimes stops to write one. */
function historyOfSchemas(random: Prng, versions: number): Schema[] {
  const schemas: Schema[] = []
  let kinds = new Map<string, readonly string[]>([['items', ['name', 'brand', 'tags.linen']]])
  for (let version = 1; version <= versions; version++) {
    kinds = new Map(kinds)
    if (random.chance(0.5)) kinds.set(`kind_${version}`, ['title'])
    for (const [kind, fields] of kinds) {
      const grown = [
        ...fields,
        `field${version}`,
        ...(random.chance(0.3) ? [`set${version}.a`, `set${version}.b`] : []),
      ]
      const forgotten = random.chance(0.3) ? random.pick(grown) : null
      kinds.set(
        kind,
        grown.filter((field) => field === 'name' || field !== forgotten),
      )
    }
    schemas.push({ version, kinds })
  }
  return schemas
}

function valueFor(random: Prng, field: string): Json {
  if (random.chance(0.1)) return null
  if (field.includes('.')) return true
  if (field === 'name' || field === 'brand') return `text ${random.below(9)}`
  return random.pick<Json>([random.below(9), `text ${random.below(9)}`, { deep: [random.below(9)] }, true])
}

/** What this version would write: of kinds and fields that it knows. */
function write(random: Prng, replica: ModelReplica, schema: Schema): void {
  const kind = random.pick([...schema.kinds.keys()])
  const fields = schema.kinds.get(kind) ?? []
  const set: Record<string, Json> = {}
  for (let n = 1 + random.below(3); n > 0; n--) {
    const field = random.pick(fields)
    set[field] = valueFor(random, field)
  }
  const src = schema.version > 3 && random.chance(0.2) ? `source-${schema.version}` : 'user'
  replica.write(kind, random.pick(['x', 'y']), set, { src })
}

const bagOf = ({ bag }: ModelReplica): EditTuple[] =>
  [...bag.all()].map((edit) => editToTuple(edit)).sort((x, y) => x[0] - y[0] || (x[1] < y[1] ? -1 : 1))

describe('versions', () => {
  test('[ED8] edits of any schema survive a round trip through any other: all pairs of generated histories', () => {
    let pairs = 0
    for (let seed = 1; seed <= 12; seed++) {
      const random = createPrng(seed)
      const schemas = historyOfSchemas(random, 6)
      for (const [i, one] of schemas.entries())
        for (const [k, other] of schemas.entries()) {
          pairs++
          let time = Date.UTC(2026, 0, 1)
          const now = () => (time += 1 + random.below(3))
          const a = createModelReplica({ by: `a/v${i}`, client: 1, now })
          const b = createModelReplica({ by: `b/v${k}`, client: 2, now })
          for (let n = 0; n < 8; n++) write(random, a, one)
          b.pull(a)
          expect(bagOf(b), `seed ${seed}: ${i} to ${k}`).toEqual(bagOf(a))
          // The other works on the same records, and takes out what is beaten.
          const before = bagOf(a)
          for (let n = 0; n < 8; n++) write(random, b, other)
          a.pull(b)
          expect(bagOf(a), `seed ${seed}: ${i} to ${k} and back`).toEqual(bagOf(b))
          // What the other does not know it has not touched: the newest word on each of these fields still stands.
          for (const [hlc, by, kind, id, set, , src = 'user'] of before)
            for (const field of Object.keys(set)) {
              if (other.kinds.get(kind)?.includes(field)) continue
              const rivals = before.filter(
                (tuple) =>
                  tuple[2] === kind &&
                  tuple[3] === id &&
                  (tuple[6] ?? 'user') === src &&
                  Object.hasOwn(tuple[4], field),
              )
              if (rivals.some((rival) => rival[0] > hlc)) continue
              const kept = bagOf(a).find((tuple) => tuple[0] === hlc && tuple[1] === by)
              expect(kept?.[4][field], `seed ${seed}: ${i} through ${k}: ${kind}.${field}`).toEqual(
                set[field],
              )
            }
          a.close()
          b.close()
        }
    }
    expect(pairs).toBe(12 * 36)
  })

  test('[ED8] what this version does not know shows under extra, and is still there after it has edited the record', () => {
    const future = tupleToEdit([
      1,
      'new/w',
      'items',
      'x',
      { name: 'Coat', weave: { yarn: 2 }, 'care.cold': true },
    ])
    const record = recordOf('items', 'x', [future])
    expect(record.extra).toEqual({ weave: { yarn: 2 }, 'care.cold': true })
    let time = Date.UTC(2026, 0, 1)
    const replica = createModelReplica({ by: 'old/w', client: 1, now: () => ++time })
    replica.bag.write([future], [], 'test')
    replica.write('items', 'x', { name: 'Jacket' })
    replica.write('items', 'x', { name: 'Parka' })
    expect(recordOf('items', 'x', replica.editsOf('items', 'x'))).toMatchObject({
      name: 'Parka',
      extra: record.extra,
    })
    replica.close()
  })
})
