import { type FieldType, fieldsOf, KIND_NAMES, type Kind } from '../domain/kinds.js'

const SQL_TYPE: Readonly<Record<FieldType, string>> = {
  text: 'text',
  number: 'double precision',
  boolean: 'boolean',
  timestamp: 'timestamp with time zone',
  json: 'jsonb',
  set: 'text[] not null',
}

/** The columns of a kind's table and their SQL types, in order. */
export function columnsOf(kind: Kind): readonly (readonly [column: string, type: string])[] {
  return [
    ['wardrobe_id', 'uuid not null'],
    ['id', 'text not null'],
    ...Object.values(fieldsOf(kind)).map(({ column, type }): readonly [string, string] => [
      column,
      SQL_TYPE[type],
    ]),
    ['updated_at', 'timestamp with time zone not null'],
    ['extra', 'jsonb not null'],
  ]
}

/** `create table` for every kind and for the conflicts: what a device's projection is made with. */
export function createTablesSql(): string {
  const tables = KIND_NAMES.map(
    (kind) =>
      `create table "${kind}" (${columnsOf(kind)
        .map(([column, type]) => `"${column}" ${type}`)
        .join(', ')}, primary key (wardrobe_id, id));`,
  )
  return [...tables, CONFLICTS].join('\n')
}

const CONFLICTS = `create table "conflicts" (wardrobe_id uuid not null, kind text not null, record_id text not null,
  field text not null, hlc bigint not null, by text not null, value jsonb, winner_value jsonb,
  written_at timestamp with time zone not null, primary key (wardrobe_id, kind, record_id, field, hlc, by));`
