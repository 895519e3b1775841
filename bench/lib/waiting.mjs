/** Resolves with `performance.now()` at the first change of a wardrobe at which the condition holds. */
export function until(wardrobe, condition) {
  return new Promise((resolve) => {
    if (condition()) return resolve(performance.now())
    const off = wardrobe.on('change', () => {
      if (!condition()) return
      off()
      resolve(performance.now())
    })
  })
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
