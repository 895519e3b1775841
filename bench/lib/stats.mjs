/** The value below which the share `q` of the values lies, between neighbours in proportion. */
export function quantile(values, q) {
  const sorted = [...values].sort((x, y) => x - y)
  if (sorted.length === 0) throw new Error('nothing was measured')
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)]
  return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at))
}

export const median = (values) => quantile(values, 0.5)

/** p50, p95 and p99 of times in ms, as metrics. */
export const percentiles = (name, times, of = [50, 95, 99]) =>
  of.map((p) => ({ name: `${name} p${p}`, unit: 'ms', value: quantile(times, p / 100), n: times.length }))
