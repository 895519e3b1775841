import { openWardrobe, type Wardrobe } from '@modaics/client'

declare global {
  interface Window {
    /** Tells the program outside; it has it when this returns, whatever becomes of the page. */
    promised(id: string): void
    /** Opens the wardrobe of this browser; resolves to the ids of its items. */
    openTortured(): Promise<string[]>
    /** Writes until it is killed. */
    writeForEver(): void
  }
}

let wardrobe: Wardrobe

window.openTortured = async () => {
  wardrobe = await openWardrobe({ name: 'tortured', rows: false })
  return wardrobe.items.list().map(({ id }) => id)
}

window.writeForEver = () => {
  const write = async (i: number): Promise<void> => {
    const items = await Promise.all(
      [1, 2].map((k) => wardrobe.items.add({ name: `Piece ${i}.${k}`, tags: ['killed'] })),
    )
    for (const { id } of items) window.promised(id)
    // Else the next to open reads tens of thousands, and kills are few.
    await new Promise((resolve) => setTimeout(resolve, 5))
    await write(i + 1)
  }
  void write(0)
}
