/** The other tabs on the same wardrobe. */
export interface Tabs {
  /** Passes on an update that the shared journal has, or will have. */
  send(update: Uint8Array): void
  onUpdate(listener: (update: Uint8Array) => void): void
  close(): void
}

/** @param channel null where a storage has one owner */
export function connectTabs(channel: string | null): Tabs {
  if (channel === null) return { send() {}, onUpdate() {}, close() {} }
  const broadcast = new BroadcastChannel(channel)
  return {
    send: (update) => broadcast.postMessage(update),
    onUpdate(listener) {
      broadcast.onmessage = ({ data }) => {
        if (data instanceof Uint8Array) listener(data)
      }
    },
    close: () => broadcast.close(),
  }
}
