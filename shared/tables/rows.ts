import type { Json } from '../domain/json.js'
import { fieldsOf, type Kind } from '../domain/kinds.js'
import type { RecordOf } from '../domain/records.js'

/** A row as `jsonb_populate_recordset` takes it: column → value, times as ISO 8601. */
export type JsonRow = Readonly<Record<string, Json>>

/** The canonical row of a record. */
export function recordToRow<K extends Kind>(wardrobeId: string, kind: K, record: RecordOf<K>): JsonRow {
  const row: Record<string, Json> = { wardrobe_id: wardrobeId, id: record.id }
  const values = record as unknown as Readonly<Record<string, Json>>
  for (const [name, field] of Object.entries(fieldsOf(kind))) {
    const value = values[name] ?? null
    row[field.column] =
      field.type === 'timestamp' && typeof value === 'number' ? new Date(value).toISOString() : value
  }
  row.updated_at = new Date(record.updatedAt).toISOString()
  row.extra = record.extra
  return row
}
