import { type Edit, hlcToMs } from '@modaics/shared'

/** An edit as the database got it, by the value that it wrote. */
export interface LoggedEdit {
  readonly id: string
  readonly field: string
  readonly hlc: number
  readonly by: string
  readonly src: string
}

/** Everything that was ever committed to a wardrobe, by its values. */
export type LoggedValues = Map<string, LoggedEdit>

export function logEdits(values: LoggedValues, edits: readonly Edit[]): void {
  for (const { id, hlc, by, src, set } of edits)
    for (const [field, value] of Object.entries(set))
      if (typeof value === 'string') values.set(value, { id, field, hlc, by, src })
}

/** What a commit brings, for somebody who reads along. */
export const namesOf = (edits: readonly Edit[]): string =>
  edits.map(({ hlc, by, set }) => `${hlcToMs(hlc)} ${by} ${JSON.stringify(set)}`).join(', ')
