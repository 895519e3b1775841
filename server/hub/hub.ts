/**
 * Tells the other instances that a wardrobe has moved on. Messages are hints: they may be lost, doubled or late, and
 * whoever hears one reads the log. A publisher does not hear its own.
 */
export interface Hub {
  publish(wardrobeId: string, seq: number): void
  /**
   * Returns how to stop.
   *
   * @param open the wardrobes that are in use, and how far they have been read: the hub looks from time to time whether
   * any has moved on unheard
   */
  subscribe(onMoved: (wardrobeId: string) => void, open: () => ReadonlyMap<string, number>): () => void
  close(): Promise<void>
}
