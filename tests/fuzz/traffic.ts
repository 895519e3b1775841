import {
  type EditTuple,
  encodeAuthenticate,
  encodeClientHello,
  encodeDeletes,
  encodeEdits,
  encodeSyncFrame,
  KEEP_ALIVE_FRAME,
  msToHlc,
  PROTOCOL_VERSION,
  packFrames,
  RELEASE,
  SYNC,
} from '@modaics/shared'
import type { Prng } from '@modaics/shared/testing'

/** What a sound client says, made up as it goes: what the mutations start from. */
export interface Traffic {
  hello(): Uint8Array
  /** an update that follows on from what was accepted */
  update(): Uint8Array
  frame(): Uint8Array
  /** of an HTTP sync */
  body(): Uint8Array
  /** Everything so far is gone. */
  reset(): void
}

/** @param clockOf how far the server has come with a Yjs client */
export function createTraffic(
  random: Prng,
  device: string,
  now: number,
  clockOf: (client: number) => number,
): Traffic {
  let client = 1 + random.below(2 ** 32 - 2)
  let stamp = msToHlc(now) - 1_000_000

  function edit(): EditTuple {
    stamp += 1 + random.below(5)
    const id = `record-${random.below(6)}`
    const set = random.pick<EditTuple[4]>([
      { name: `Piece ${random.below(100)}` },
      { 'tags.linen': true, 'tags.blue': null },
      { deletedAt: random.chance(0.5) ? null : 1_700_000_000_000 },
      { colors: [{ hex: '#102030', share: 0.5 }], notes: 'x'.repeat(random.below(200)) },
      { brand: RELEASE, shine: { deep: [1, [2, [3]]] } },
    ])
    const over = random.chance(0.5)
      ? { [Object.keys(set)[0] ?? '']: [[stamp - 1, `${device}/w`] as const] }
      : {}
    const kind = random.pick(['items', 'outfits', 'photos', 'hats'])
    return random.chance(0.8)
      ? [stamp, `${device}/w`, kind, id, set, over]
      : [stamp, `${device}/w`, kind, id, set, over, 'device', { [Object.keys(set)[0] ?? '']: 0.5 }]
  }

  function update(): Uint8Array {
    const clock = clockOf(client)
    if (clock > 0 && random.chance(0.15))
      return encodeDeletes([{ client, clock: random.below(clock), length: 1 }])
    const edits = Array.from({ length: 1 + random.below(4) }, edit)
    return encodeEdits(client, clock, edits)
  }

  const hello = (): Uint8Array =>
    encodeClientHello({
      protocol: PROTOCOL_VERSION,
      device,
      cursor: random.chance(0.5) ? null : { epoch: 0, seq: random.below(20) },
    })
  const frame = (): Uint8Array =>
    random.pick<() => Uint8Array>([
      hello,
      () => encodeSyncFrame(SYNC.step1, new Uint8Array([0])),
      () => encodeSyncFrame(SYNC.step1, new Uint8Array([1, 1 + random.below(100), random.below(100)])),
      () => encodeSyncFrame(SYNC.update, update()),
      () => encodeSyncFrame(SYNC.update, update()),
      () => encodeSyncFrame(SYNC.step2, update()),
      () => encodeAuthenticate({ token: random.pick(['good', 'bad']) }),
      () => KEEP_ALIVE_FRAME,
      () => new Uint8Array([3]),
    ])()
  return {
    hello,
    update,
    frame,
    body: () =>
      packFrames([
        hello(),
        encodeSyncFrame(SYNC.step1, new Uint8Array([0])),
        ...Array.from({ length: random.below(4) }, frame),
      ]),
    reset() {
      client = 1 + random.below(2 ** 32 - 2)
    },
  }
}
