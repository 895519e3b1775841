import { expect, test } from 'vitest'
import { mergeNames } from './merge-names.js'

test('colours of one name are one, in the tone that covers most, and may come first by it', () => {
  const color = (hex: string, name: string, share: number) => ({ hex, name, share })
  expect(
    mergeNames([
      color('#808080', 'grey', 0.4),
      color('#1f2a44', 'navy', 0.35),
      color('#2a3a5c', 'navy', 0.25),
    ]),
  ).toEqual([color('#1f2a44', 'navy', 0.6), color('#808080', 'grey', 0.4)])
  expect(mergeNames([])).toEqual([])
})
