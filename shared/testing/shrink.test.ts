import { expect, test } from 'vitest'
import { shrinkList } from './shrink.js'

test('only what a failure needs is left, in its order', async () => {
  const list = Array.from({ length: 100 }, (_, i) => i)
  const needs = [7, 40, 41, 99]
  let tries = 0
  const kept = await shrinkList(list, async (candidate) => {
    tries++
    return needs.every((one) => candidate.includes(one))
  })
  expect(kept).toEqual(needs)
  expect(tries).toBeLessThan(150)
})

test('where nothing can be left out, all is kept', async () => {
  expect(await shrinkList([1, 2, 3], async (candidate) => candidate.length === 3)).toEqual([1, 2, 3])
  expect(await shrinkList([], async () => true)).toEqual([])
})
