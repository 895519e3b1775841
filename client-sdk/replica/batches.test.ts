import { expect, test } from 'vitest'
import { inBatches } from './batches.js'

test('what is written in one turn travels in parts, all of it, once and in order', () => {
  const entries = Array.from({ length: 3_000 }, (_, edit) => ({ edit, size: (edit % 7) * 50 }))
  const batches = inBatches(entries)
  expect(batches.flat()).toEqual(entries.map(({ edit }) => edit))
  expect(batches.length).toBeGreaterThan(5)
  expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThan(700)
  expect(batches.every((batch) => batch.length > 0)).toBe(true)
})

test('nothing is no part', () => {
  expect(inBatches([])).toEqual([])
})
