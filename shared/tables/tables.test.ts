import { getTableConfig } from 'drizzle-orm/pg-core'
import { describe, expect, test } from 'vitest'
import { KIND_NAMES } from '../domain/kinds.js'
import { columnsOf } from './ddl.js'
import * as tables from './tables.js'

const byName = new Map(
  Object.values(tables).map((table) => [getTableConfig(table).name, getTableConfig(table)]),
)

describe('canonical tables', () => {
  test.each(KIND_NAMES)('%s: drizzle, the DDL of the device and the table of kinds agree', (kind) => {
    const config = byName.get(kind)
    const drizzle = config?.columns.map((column) => {
      const type = column.getSQLType()
      return [column.name, `${type}${column.notNull ? ' not null' : ''}`]
    })
    expect(drizzle).toEqual(columnsOf(kind).map(([column, type]) => [column, type]))
  })
})
