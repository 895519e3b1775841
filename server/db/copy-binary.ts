const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')

/**
 * Reads COPY's binary format: rows of fields, each the bytes of its type's binary form (int8: 8 bytes, big endian;
 * bytea: as it is), null for NULL. The bytes are views of `data`.
 *
 * @throws Error where `data` is not that
 * @see https://www.postgresql.org/docs/18/sql-copy.html "Binary Format"
 */
export function readCopyBinary(data: Uint8Array): (Buffer | null)[][] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('not COPY in its binary format')
  const extension = bytes.readUInt32BE(SIGNATURE.length + 4)
  let at = SIGNATURE.length + 8 + extension
  const rows: (Buffer | null)[][] = []
  for (;;) {
    const count = bytes.readInt16BE(at)
    at += 2
    if (count === -1) return rows
    const row: (Buffer | null)[] = []
    for (let i = 0; i < count; i++) {
      const length = bytes.readInt32BE(at)
      at += 4
      if (length === -1) row.push(null)
      else {
        if (at + length > bytes.length) throw new Error('the rows are cut off')
        row.push(bytes.subarray(at, at + length))
        at += length
      }
    }
    rows.push(row)
  }
}
