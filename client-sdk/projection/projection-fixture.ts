import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import {
  type Conflict,
  type Edit,
  type Json,
  type Kind,
  msToHlc,
  recordOf,
  recordToRow,
} from '@modaics/shared'
import { createNodeSeed } from './node-seed.js'
import { openProjection, type ProjectionOptions } from './open-projection.js'
import type { ProjectedRecord, Projection, ProjectionSource } from './projection.js'

export const WARDROBE = '0190c0de-0000-7000-8000-000000000001'

/** Opening from an empty data folder that was made before is several times as fast as making one. */
export const testSeed = createNodeSeed(join(tmpdir(), `modaics-test-seed-${userInfo().username}`))

export function makeRecord(
  kind: Kind,
  id: string,
  set: Readonly<Record<string, Json>>,
  { at = 1_700_000_000_000, conflicts = [] }: { at?: number; conflicts?: readonly Conflict[] } = {},
): ProjectedRecord {
  const edit: Edit = {
    hlc: msToHlc(at),
    by: 'd/w',
    kind,
    id,
    set,
    over: {},
    src: 'user',
    confidence: {},
  }
  return {
    kind,
    id,
    revision: `${at} ${JSON.stringify([set, conflicts])}`,
    row: recordToRow(WARDROBE, kind, recordOf(kind, id, [edit])),
    conflicts,
  }
}

export interface MutableSource extends ProjectionSource {
  readonly records: Map<string, ProjectedRecord>
  put(...records: ProjectedRecord[]): void
}

export function makeSource(...initial: ProjectedRecord[]): MutableSource {
  const records = new Map<string, ProjectedRecord>()
  const put = (...changed: ProjectedRecord[]) => {
    for (const record of changed) records.set(`${record.kind} ${record.id}`, record)
  }
  put(...initial)
  return { records, put, all: () => records.values() }
}

export function openTestProjection(
  source: ProjectionSource,
  options: Partial<ProjectionOptions> = {},
): Promise<Projection> {
  return openProjection({
    dataDir: 'memory://',
    wardrobeId: WARDROBE,
    source,
    removeData: async () => undefined,
    seed: testSeed,
    ...options,
  })
}

/** As a projector takes them. */
export const keyed = (...records: readonly ProjectedRecord[]): [string, ProjectedRecord][] =>
  records.map((record) => [`${record.kind} ${record.id}`, record])
