import type FastCheck from 'fast-check'
import type { Json } from '../domain/json.js'
import { type Edit, RELEASE } from '../edits/edit.js'

export interface EditShape {
  /** the records that edits are about */
  readonly ids?: readonly string[]
  readonly fields?: readonly string[]
  readonly sources?: readonly string[]
  readonly writers?: readonly string[]
}

const DEFAULTS: Required<EditShape> = {
  ids: ['x', 'y'],
  fields: ['name', 'brand', 'deletedAt', 'tags.linen', 'tags.blue', 'shine'],
  sources: ['user', 'user', 'vision', 'device', 'robot'],
  writers: ['phone/a', 'phone/b', 'tablet/a', 'server/v'],
}

/** A value that fits the field, `null` or a release. */
function valueFor(fc: typeof FastCheck, field: string): FastCheck.Arbitrary<Json> {
  const cleared: FastCheck.Arbitrary<Json>[] = [fc.constant(null), fc.constant(RELEASE)]
  if (field.includes('.')) return fc.oneof(fc.constant(true), ...cleared)
  if (field.endsWith('At')) return fc.oneof(fc.nat(1_000_000), ...cleared)
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom('red', 'green', 'blue', '') }, ...cleared)
}

/**
 * A set of edits as a wardrobe may hold it: names are unique, clocks collide often, several writers share a device,
 * known and unknown fields and sources are mixed. `over` is left empty.
 *
 * @param fc the fast-check module, so that this package does not depend on it
 */
export function editsArbitrary(fc: typeof FastCheck, shape: EditShape = {}): FastCheck.Arbitrary<Edit[]> {
  const { ids, fields, sources, writers } = { ...DEFAULTS, ...shape }
  const set = fc
    .record(Object.fromEntries(fields.map((field) => [field, valueFor(fc, field)])), { requiredKeys: [] })
    .filter((values) => Object.keys(values).length > 0)
    .map((values) => ({ ...values }) as Record<string, Json>)
  const edit = fc.record({
    hlc: fc.nat(12),
    by: fc.constantFrom(...writers),
    kind: fc.constant('items'),
    id: fc.constantFrom(...ids),
    set,
    over: fc.constant({}),
    src: fc.constantFrom(...sources),
    confidence: fc.constant({}),
  })
  return fc.uniqueArray(edit, { maxLength: 24, selector: ({ hlc, by }) => `${hlc}|${by}` })
}
