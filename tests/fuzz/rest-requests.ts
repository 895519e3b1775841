import { createHash } from 'node:crypto'
import { createId, type EditTuple, msToHlc } from '@modaics/shared'
import type { Prng } from '@modaics/shared/testing'
import { mutateBytes } from './mutate-bytes.js'
import type { Operation } from './rest-operations.js'
import { type Hints, sample } from './rest-sample.js'
import { spoil } from './spoil.js'

/** What is sent. */
export interface RestRequest {
  readonly kind: string
  readonly operation: Operation
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer> | null
}

/** Whom the requests are about. */
export interface Cast {
  readonly device: string
  /** wardrobes of the one who asks: one to write to, one to import into */
  readonly wardrobe: string
  readonly empty: string
  /** of somebody else */
  readonly foreign: string
  readonly picture: Uint8Array<ArrayBuffer>
}

/** Of every kind there are these in a wardrobe that is fuzzed. */
export const RECORDS = ['record-a', 'record-b', 'record-a:record-b']
const CONTENT_TYPES = [
  'text/plain',
  'application/json; charset=utf-16',
  'multipart/form-data',
  'application/jso',
  '',
]
const TEXTS = ['%', '%2e%2e', 'null', '__proto__', '\u0000', '\ud83d\ude00', '-1', '1e309', 'x'.repeat(3_000)]

/** A sound request for the route, or one in which something is changed. */
export function nextRequest(operation: Operation, cast: Cast, random: Prng): RestRequest {
  const hints = hintsOf(cast, /\/import/.test(operation.path) ? cast.empty : cast.wardrobe)
  const values = new Map(
    operation.parameters
      .filter(({ required }) => required || random.chance(0.4))
      .map(({ in: where, name, schema }) => [
        `${where} ${name}`,
        String(
          sample(
            schema,
            random,
            hints,
            name === 'id' && /wardrobes/.test(operation.path) ? 'wardrobe' : name,
          ),
        ),
      ]),
  )
  const type = operation.body?.type ?? ''
  const isJson = type === 'application/json'
  const value = isJson ? sample(operation.body?.schema ?? {}, random, hints) : null
  let body = isJson ? toBytes(JSON.stringify(value)) : type ? cast.picture : null
  const headers: Record<string, string> = type ? { 'content-type': type } : {}
  let kind = 'sound'
  const choice = random.next()
  if (choice < 0.45 && isJson) {
    kind = 'body structure'
    let changed = value
    for (let n = 1 + random.below(3); n > 0; n--) changed = spoil(changed, random)
    body = toBytes(JSON.stringify(changed) ?? '')
  } else if (choice < 0.65 && body) {
    kind = 'body bytes'
    body = Uint8Array.from(mutateBytes(body, random, toBytes('{"wardrobe":null,"edits":[]}')))
  } else if (choice < 0.8 && operation.parameters.length > 0) {
    kind = 'parameter'
    const { in: where, name } = random.pick(operation.parameters)
    const key = `${where} ${name}`
    if (where === 'query' && random.chance(0.2)) values.delete(key)
    else
      values.set(
        key,
        random.pick([...TEXTS, cast.foreign, `${values.get(key)}0`, String(spoil(values.get(key), random))]),
      )
  } else if (choice < 0.85) {
    kind = 'headers'
    if (random.chance(0.5)) headers['content-type'] = random.pick(CONTENT_TYPES)
    else headers.authorization = random.pick(['', 'Bearer', 'Bearer x.y.z', 'Basic eDp5'])
  }
  // What was sent is what is named, as often as not: else no picture of ours would ever be opened.
  if (body && !isJson && random.chance(0.5))
    values.set('path hash', createHash('sha256').update(body).digest('hex'))
  return { kind, operation, path: pathOf(operation, values), headers, body }
}

function hintsOf(cast: Cast, wardrobe: string): Hints {
  const record = (random: Prng) => random.pick(RECORDS)
  const hash = () => createHash('sha256').update(cast.picture).digest('hex')
  const edit = (random: Prng): EditTuple => [
    msToHlc(Date.now()) - 1_000_000 + random.below(1_000_000),
    `${random.pick([cast.device, 'another-0001'])}/w`,
    random.pick(['items', 'outfits', 'hats']),
    random.pick(RECORDS),
    random.pick<EditTuple[4]>([{ name: 'Coat' }, { 'tags.linen': true }, { deletedAt: 1_700_000_000_000 }]),
  ]
  const edits = (random: Prng) => Array.from({ length: 1 + random.below(3) }, () => edit(random))
  return {
    wardrobe: (random) => (random.chance(0.03) ? cast.foreign : wardrobe),
    wardrobeId: () => wardrobe,
    id: record,
    record,
    item: record,
    itemId: record,
    outfitId: record,
    photoId: record,
    kind: (random) => random.pick(['items', 'outfits', 'wears']),
    hash,
    edits,
    past: (random) => edits(random).map((one) => [Date.now(), one]),
    colors: () => [{ hex: '#102030', name: 'navy', share: 1 }],
    color: () => '#102030',
    email: () => `${createId()}@example.com`,
    password: () => 'a long and odd sentence',
    deviceId: () => 'device-of-nobody',
    userId: createId,
    extra: () => ({ shine: { deep: [1, [2, [3]]] } }),
    occurredAt: () => Date.now(),
    mime: () => 'image/jpeg',
  }
}

function pathOf({ path, parameters }: Operation, values: ReadonlyMap<string, string>): string {
  // Nothing, and dots, would make it the path of another route.
  const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
    encode(values.get(`path ${name}`)?.replace(/^\.*$/, 'x') ?? 'x'),
  )
  const query = parameters.flatMap(({ in: where, name }) => {
    const value = values.get(`query ${name}`)
    return where === 'query' && value !== undefined ? [`${name}=${encode(value)}`] : []
  })
  return query.length > 0 ? `${filled}?${query.join('&')}` : filled
}

/** Half a surrogate pair has no spelling in a URL: it goes as what stands for it. */
const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))

const toBytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
