import { fieldsOf, type Json, type Kind, type RecordOf } from '@modaics/shared'

/**
 * The records of one kind as a table (RFC 4180, UTF-8, CRLF): a column for each field, times as ISO 8601, sets with `; `
 * between their elements, other structure as JSON.
 */
export function recordsToCsv<K extends Kind>(kind: K, records: readonly RecordOf<K>[]): string {
  const fields = fieldsOf(kind)
  const names = ['id', ...Object.keys(fields), 'updatedAt', 'extra']
  const rows = records.map((record) => {
    const values = record as unknown as Readonly<Record<string, Json>>
    return names.map((name) => {
      const type = fields[name]?.type
      const value = values[name] ?? null
      if (value === null) return ''
      if ((type === 'timestamp' || name === 'updatedAt') && typeof value === 'number')
        return new Date(value).toISOString()
      if (type === 'set' && Array.isArray(value)) return value.join('; ')
      if (name === 'extra' && Object.keys(value as object).length === 0) return ''
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
    })
  })
  return [names, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
