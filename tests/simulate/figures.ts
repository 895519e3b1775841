/** What has happened in many runs, by name. */
export type Figures = Record<string, number>

export function addFigures(sum: Figures, figures: Readonly<Figures>): void {
  for (const [what, count] of Object.entries(figures)) sum[what] = (sum[what] ?? 0) + count
}

/** One line for each, the most frequent first. */
export function printFigures(figures: Readonly<Figures>): string {
  const lines = Object.entries(figures).sort(([, x], [, y]) => y - x)
  const width = Math.max(...lines.map(([, count]) => count.toLocaleString('en').length))
  return lines.map(([what, count]) => `  ${count.toLocaleString('en').padStart(width)} ${what}`).join('\n')
}
