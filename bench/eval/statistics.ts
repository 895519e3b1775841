/** Ranks from 1, the mean rank for equal values. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((value, i) => ({ value, i })).sort((x, y) => x.value - y.value)
  const result = new Array<number>(values.length).fill(0)
  let from = 0
  while (from < order.length) {
    let to = from
    while (to + 1 < order.length && order[to + 1]?.value === order[from]?.value) to++
    for (let k = from; k <= to; k++) result[order[k]?.i ?? 0] = (from + to) / 2 + 1
    from = to + 1
  }
  return result
}

/** Spearman's rank correlation: Pearson's of the ranks; 0 where one of the two does not vary. */
export function spearman(xs: readonly number[], ys: readonly number[]): number {
  const [rx, ry] = [ranks(xs), ranks(ys)]
  const middle = (xs.length + 1) / 2
  let [xy, xx, yy] = [0, 0, 0]
  rx.forEach((x, i) => {
    const y = ry[i] ?? middle
    xy += (x - middle) * (y - middle)
    xx += (x - middle) ** 2
    yy += (y - middle) ** 2
  })
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0
}

/** Area under the ROC curve: how often one of `good` has more than one of `bad`; ties count half (Mann–Whitney). */
export function areaUnderCurve(good: readonly number[], bad: readonly number[]): number {
  const all = ranks([...good, ...bad])
  const sum = all.slice(0, good.length).reduce((total, rank) => total + rank, 0)
  return (sum - (good.length * (good.length + 1)) / 2) / (good.length * bad.length)
}

/** Half the width of the 95 % interval of a share of `n` trials (normal approximation). */
export function margin(share: number, n: number): number {
  return n > 0 ? 1.96 * Math.sqrt((share * (1 - share)) / n) : 0
}
