import {
  addFingerprints,
  type EditTuple,
  EMPTY_FINGERPRINT,
  fingerprintToHex,
  foldEdits,
  isKind,
  type Json,
  KIND_NAMES,
  type Kind,
  type RecordOf,
  recordFingerprint,
  recordOf,
  tupleToEdit,
} from '@modaics/shared'
import { BUNDLE_FORMAT, type BundledPhoto, type BundleHead, type BundleWriter } from './bundle.js'
import { recordsToCsv } from './csv.js'
import { READ_ME } from './read-me.js'

/** One record as it leaves: its live edits, and those that were beaten, each with when (ms since 1970). */
export interface OutgoingRecord {
  readonly kind: string
  readonly id: string
  readonly edits: readonly EditTuple[]
  readonly past: readonly (readonly [beatenAt: number, edit: EditTuple])[]
}

export interface OutgoingPhoto extends Omit<BundledPhoto, 'file'> {
  /** null where the bytes cannot be had */
  load(): Promise<Uint8Array | null>
}

/** What an export is made of, wherever it comes from. */
export interface BundleSource {
  readonly wardrobe: BundleHead['wardrobe']
  readonly records: readonly OutgoingRecord[]
  readonly photos: readonly OutgoingPhoto[]
}

/** What has been done of how much, for a line of progress. */
export type OnProgress = (step: string, done: number, of: number) => void

/** Writes a whole export and closes it. */
export async function writeBundle(
  source: BundleSource,
  writer: BundleWriter,
  { now, onProgress = () => {} }: { readonly now: number; readonly onProgress?: OnProgress | undefined },
): Promise<BundleHead> {
  const records = [...source.records].sort(byKindAndId)
  const kinds = new Map<string, unknown[]>(KIND_NAMES.map((kind) => [kind, []]))
  let sum = EMPTY_FINGERPRINT
  const edits: EditTuple[] = []
  const past: (readonly [number, EditTuple])[] = []
  for (const { kind, id, edits: tuples, past: beaten } of records) {
    const live = tuples.map(tupleToEdit)
    sum = addFingerprints(sum, recordFingerprint(kind, id, live))
    const list = kinds.get(kind) ?? []
    kinds.set(kind, list)
    if (live.length > 0) list.push(isKind(kind) ? recordOf(kind, id, live) : unknownRecord(id, live))
    edits.push(...tuples)
    past.push(...beaten)
  }
  const fingerprint = fingerprintToHex(sum)
  onProgress('records', records.length, records.length)

  for (const [kind, list] of kinds) {
    await writer.write(`records/${kind}.json`, text(`${JSON.stringify(list, null, 2)}\n`))
    if (isKind(kind))
      await writer.write(`records/${kind}.csv`, text(recordsToCsv(kind, list as RecordOf<Kind>[])))
  }
  await writer.write('edits.ndjson', lines(edits))
  await writer.write('history.ndjson', lines(past))

  const photos: BundledPhoto[] = []
  const missingPhotos: string[] = []
  for (const [i, { load, ...photo }] of source.photos.entries()) {
    onProgress('photos', i, source.photos.length)
    const bytes = await load()
    if (!bytes) {
      missingPhotos.push(photo.hash)
      continue
    }
    const file = `photos/${photo.hash}.${photo.kept ? 'webp' : (EXTENSIONS[photo.mime] ?? 'bin')}`
    await writer.write(file, bytes)
    photos.push({ ...photo, file })
  }
  onProgress('photos', source.photos.length, source.photos.length)

  const head: BundleHead = {
    format: BUNDLE_FORMAT,
    wardrobe: source.wardrobe,
    exportedAt: new Date(now).toISOString(),
    fingerprint,
    counts: {
      records: Object.fromEntries([...kinds].map(([kind, list]) => [kind, list.length])),
      edits: edits.length,
      past: past.length,
      photos: photos.length,
    },
    photos,
    missingPhotos,
  }
  await writer.write('README.txt', text(READ_ME))
  // Last: an export that was cut short has none, and cannot be taken for a whole one.
  await writer.write('modaics.json', text(`${JSON.stringify(head, null, 2)}\n`))
  await writer.close()
  return head
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/avif': 'avif',
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content)

const lines = (values: readonly unknown[]): Uint8Array =>
  text(values.map((value) => `${JSON.stringify(value)}\n`).join(''))

function byKindAndId(x: OutgoingRecord, y: OutgoingRecord): number {
  const [a, b] = [`${x.kind} ${x.id}`, `${y.kind} ${y.id}`]
  return a < b ? -1 : a > b ? 1 : 0
}

/** Of a kind that this version does not know: what shows, field by field. */
function unknownRecord(id: string, live: readonly ReturnType<typeof tupleToEdit>[]): Json {
  return { id, ...Object.fromEntries([...foldEdits(live)].map(([field, { value }]) => [field, value])) }
}
