/** The bytes of photos on this device, by SHA-256. A resolved `put` is durable. */
export interface PhotoFiles {
  put(hash: string, bytes: Uint8Array): Promise<void>
  /** undefined where this device does not have it */
  get(hash: string): Promise<Uint8Array | undefined>
  delete(hash: string): Promise<void>
  close(): Promise<void>
}

export function createMemoryPhotoFiles(): PhotoFiles {
  const files = new Map<string, Uint8Array>()
  return {
    put: async (hash, bytes) => void files.set(hash, bytes.slice()),
    get: async (hash) => files.get(hash)?.slice(),
    delete: async (hash) => void files.delete(hash),
    close: async () => files.clear(),
  }
}
