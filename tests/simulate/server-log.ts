import { type Edit, hlcToMs } from '@modaics/shared'

/** An edit as the database got it, by the value that it wrote. */
export interface LoggedEdit {
  readonly id: string
  readonly field: string
  readonly hlc: number
  readonly by: string
  readonly src: string
  readonly value: string
}

/** Everything that was ever committed to a wardrobe, by its values. */
export type LoggedValues = Map<string, LoggedEdit>

export function logEdits(values: LoggedValues, edits: readonly Edit[]): void {
  // The analysis may say the same of several pieces.
  for (const { kind, id, hlc, by, src, set } of edits)
    for (const [field, value] of Object.entries(set))
      if (typeof value === 'string' && kind === 'items')
        values.set(src === 'vision' ? `${value} @ ${id}` : value, { id, field, hlc, by, src, value })
}

/** What a commit brings, for somebody who reads along. */
export const namesOf = (edits: readonly Edit[]): string =>
  edits.map(({ hlc, by, set }) => `${hlcToMs(hlc)} ${by} ${JSON.stringify(set)}`).join(', ')
