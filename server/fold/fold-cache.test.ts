import { describe, expect, test } from 'vitest'
import { createFoldCache } from './fold-cache.js'

describe('the cache of live edits', () => {
  test('forgets the wardrobe that was used longest ago, as a whole, when it is full', () => {
    const cache = createFoldCache(4)
    cache.set('a', '1', [])
    cache.set('a', '2', [])
    cache.set('b', '1', [])
    expect(cache.get('a', '1')).toEqual([])
    cache.set('c', '1', [])
    cache.set('c', '1', []) // again: no more room taken
    expect(cache.get('b', '1')).toEqual([])
    expect(cache.get('a', '2')).toEqual([])
    cache.set('d', '1', [])
    expect(cache.get('c', '1')).toBeUndefined()
    expect(cache.get('a', '1')).toEqual([])
    expect(cache.get('b', '1')).toEqual([])
  })

  test('one wardrobe larger than the cache is not kept', () => {
    const cache = createFoldCache(2)
    for (const key of ['1', '2', '3']) cache.set('a', key, [])
    expect(cache.get('a', '1')).toBeUndefined()
    cache.set('a', '4', [])
    expect(cache.get('a', '4')).toEqual([])
  })

  test('forgets what it is told to', () => {
    const cache = createFoldCache(10)
    cache.set('a', '1', [])
    cache.forget('a')
    cache.forget('b')
    expect(cache.get('a', '1')).toBeUndefined()
  })
})
