/** Listeners of named events, typed by a map from name to payload. */
export interface Emitter<Events extends object> {
  /** Returns how to stop. A listener that throws stops nobody else; its error is thrown again on its own. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void
  /** false where `emit` would tell nobody: spares making what costs something */
  listened(name: keyof Events): boolean
}

export function createEmitter<Events extends object>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(event: never) => void>>()
  return {
    on(name, listener) {
      const own = listeners.get(name) ?? new Set()
      listeners.set(name, own.add(listener))
      return () => void own.delete(listener)
    },
    listened: (name) => (listeners.get(name)?.size ?? 0) > 0,
    emit(name, event) {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          ;(listener as (event: unknown) => void)(event)
        } catch (error) {
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
  }
}
