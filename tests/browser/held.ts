/** Stores of IndexedDB with the marker in any of their values, or with a picture. For a page; it is whole in itself, so that it can be sent there. */
export async function held(marker: string): Promise<string[]> {
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  const bytesOf = async (value: unknown): Promise<string> => {
    if (value instanceof Blob) return bytesOf(new Uint8Array(await value.arrayBuffer()))
    if (value instanceof ArrayBuffer) return bytesOf(new Uint8Array(value))
    if (ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value)
    if (typeof value !== 'object' || value === null) return String(value)
    return (await Promise.all(Object.values(value).map(bytesOf))).join('\n')
  }
  const found: string[] = []
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name))
    for (const store of database.objectStoreNames) {
      const values = await done(database.transaction(store).objectStore(store).getAll())
      const isPicture = /-photos$/.test(name) && values.length > 0
      if (isPicture || (await bytesOf(values)).includes(marker)) found.push(`${name} ${store}`)
    }
    database.close()
  }
  return found
}
