import {
  type Conflict,
  conflictsOf,
  createId,
  type Edit,
  isKind,
  KIND_NAMES,
  type Kind,
  recordOf,
  recordToRow,
} from '@modaics/shared'
import {
  openProjection,
  type ProjectedRecord,
  type Projection,
  testSeed,
} from '../../client-sdk/testing/simulated-rows.js'
import {
  createSqlCommitStore,
  type Database,
  migrate,
  openPgliteDatabase,
} from '../../server/testing/simulated-rows.js'
import { devicesOf } from './checks.js'
import type { World } from './world.js'

/** What a wardrobe has come to at the end of a run. */
export interface Rest {
  readonly wardrobeId: string
  /** of the server */
  readonly live: readonly (readonly Edit[])[]
  /** of one of its devices */
  readonly records: readonly ProjectedRecord[]
}

/** Taken while the run is still there; compared when time is real again, as databases need it. */
export function restOf(world: World): Rest[] {
  return world.wardrobeIds.map((wardrobeId, i) => ({
    wardrobeId,
    live: [...(world.wardrobes.get(wardrobeId)?.folds.values() ?? [])].filter((live) => live.length > 0),
    records: [...(devicesOf(world, i)[0]?.app?.replica.index.all() ?? [])],
  }))
}

type Ask = (text: string, params: readonly unknown[]) => Promise<readonly unknown[]>

/** Rows as device and server write them, in two databases that are kept from run to run. */
export interface RowCheck {
  /** What rows and the server's fold disagree about. */
  compare(rest: Rest): Promise<string[]>
  close(): Promise<void>
}

export async function openRowCheck(): Promise<RowCheck> {
  const projection: Projection = await openProjection({
    dataDir: 'memory://',
    wardrobeId: createId(),
    source: { all: () => [] },
    removeData: async () => {},
    seed: testSeed,
  })
  const database: Database = await openPgliteDatabase('memory://')
  await migrate(database)
  const onDevice: Ask = async (text, params) => (await projection.pglite.query(text, [...params])).rows
  const onServer: Ask = (text, params) => database.query(text, params)
  return {
    async compare({ wardrobeId, live, records }) {
      await projection.apply(records)
      const faults = await differences(onDevice, 'device', wardrobeId, live)
      await projection.apply([], new Set(records.map(({ kind, id }) => `${kind} ${id}`)))

      // A name of its own: the same run may come twice.
      const own = createId()
      await database.query(`insert into wardrobes (id, name) values ($1, 'simulated')`, [own])
      const edits = live.flat()
      const done = await createSqlCommitStore(database).commit({
        wardrobeId: own,
        expectedHead: 0,
        head: 1,
        updates: [],
        writers: new Map(),
        edits,
      })
      if (!done) faults.push('the server does not take what it has')
      return [...faults, ...(await differences(onServer, 'server', own, live))]
    },
    async close() {
      await projection.close()
      await database.close()
    },
  }
}

async function differences(
  ask: Ask,
  where: string,
  wardrobeId: string,
  live: readonly (readonly Edit[])[],
): Promise<string[]> {
  const faults: string[] = []
  const expected = new Map<string, unknown[]>(KIND_NAMES.map((kind) => [kind, []]))
  const contested: unknown[] = []
  for (const edits of live) {
    const [first] = edits
    if (!first || !isKind(first.kind)) continue
    const kind: Kind = first.kind
    expected.get(kind)?.push(recordToRow(wardrobeId, kind, recordOf(kind, first.id, edits)))
    contested.push(...conflictsOf(edits).flatMap((conflict) => rowsOf(conflict)))
  }
  for (const [table, rows] of expected) {
    const [found] = (await ask(
      `with a as (select to_jsonb(t) as r from "${table}" t where wardrobe_id = $2),
            b as (select to_jsonb(t) as r from jsonb_populate_recordset(null::"${table}", $1::text::jsonb) t)
       select (select count(*)::int from a) as rows,
              (select jsonb_agg(r) from (select r from a except all select r from b) x) as only_rows,
              (select jsonb_agg(r) from (select r from b except all select r from a) x) as only_fold`,
      [JSON.stringify(rows), wardrobeId],
    )) as { rows: number; only_rows: unknown; only_fold: unknown }[]
    if (!found || found.rows !== rows.length || found.only_rows || found.only_fold)
      faults.push(`rows of ${table} on the ${where} differ from the fold: ${JSON.stringify(found)}`)
  }
  const listed = await ask(
    'select kind, record_id, field, hlc::text, by, value from conflicts where wardrobe_id = $1',
    [wardrobeId],
  )
  const left = listed.map((row) => sorted(row)).sort()
  const right = contested.map((row) => sorted(row)).sort()
  if (left.join('\n') !== right.join('\n'))
    faults.push(`conflicts on the ${where}: ${left.join(' ')} instead of ${right.join(' ')}`)
  return faults
}

const rowsOf = ({ kind, id, field, losers }: Conflict): unknown[] =>
  losers.map(({ name: [hlc, by], value }) => ({ kind, record_id: id, field, hlc: String(hlc), by, value }))

const sorted = (row: unknown): string =>
  JSON.stringify(Object.entries(row as Record<string, unknown>).sort(([x], [y]) => (x < y ? -1 : 1)))
