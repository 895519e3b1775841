import { type OutfitPort, serveOutfits } from '@modaics/shared'

serveOutfits(globalThis as unknown as OutfitPort, {
  pause: () => new Promise((resolve) => setTimeout(resolve)),
})
