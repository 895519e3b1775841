/**
 * Tells the other instances that a wardrobe has moved on. Messages are hints: they may be lost, doubled or late, and
 * whoever hears one reads the log. A publisher does not hear its own.
 */
export interface Hub {
  publish(wardrobeId: string, seq: number): void
  /** Returns how to stop. */
  subscribe(onMoved: (wardrobeId: string) => void): () => void
  close(): Promise<void>
}
