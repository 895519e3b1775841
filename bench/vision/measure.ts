/** Share of the right ones in each class, then the mean over classes: every class counts the same. */
export function balanced<T>(
  items: readonly T[],
  classOf: (item: T) => string,
  right: (item: T) => boolean,
): number {
  const classes = new Map<string, { right: number; all: number }>()
  for (const item of items) {
    const name = classOf(item)
    const counts = classes.get(name) ?? { right: 0, all: 0 }
    counts.all++
    if (right(item)) counts.right++
    classes.set(name, counts)
  }
  return mean([...classes.values()].map((counts) => counts.right / counts.all))
}

/** Mean over classes of the harmonic mean of precision and recall. */
export function macroF1<T>(
  items: readonly T[],
  classOf: (item: T) => string,
  saidOf: (item: T) => string,
): number {
  const classes = [...new Set(items.map(classOf))]
  return mean(
    classes.map((name) => {
      const both = items.filter((item) => classOf(item) === name && saidOf(item) === name).length
      const either =
        items.filter((item) => classOf(item) === name).length +
        items.filter((item) => saidOf(item) === name).length
      return either === 0 ? 0 : (2 * both) / either
    }),
  )
}

/**
 * Expected calibration error: how far the share of right ones is from the confidence, over ten equal steps of
 * confidence, each weighing what it holds (Guo et al., On Calibration of Modern Neural Networks, ICML 2017).
 */
export function calibrationError(
  said: readonly { readonly confidence: number; readonly right: boolean }[],
): number {
  const bins = Array.from({ length: 10 }, () => ({ count: 0, confidence: 0, right: 0 }))
  for (const { confidence, right } of said) {
    const bin = bins[Math.min(9, Math.floor(confidence * 10))]
    if (!bin) continue
    bin.count++
    bin.confidence += confidence
    if (right) bin.right++
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / Math.max(1, said.length)
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

export function median(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)] ?? 0
}
