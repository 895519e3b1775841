import { expect, test } from 'vitest'
import { watchMetered } from './metered.js'

test('[PH10] a connection is taken to cost money when it is cellular or data is to be saved; else, and where nothing is told, not', () => {
  const connection = Object.assign(new EventTarget(), { saveData: false, type: 'wifi' })
  let changes = 0
  const watched = watchMetered(() => changes++, { connection })
  const become = (next: Partial<typeof connection>): boolean => {
    Object.assign(connection, next)
    connection.dispatchEvent(new Event('change'))
    return watched.isMetered()
  }
  expect(watched.isMetered()).toBe(false)
  expect(become({ type: 'cellular' })).toBe(true)
  expect(become({ type: 'wifi', saveData: true })).toBe(true)
  expect(become({ saveData: false })).toBe(false)
  expect(changes).toBe(3)
  watched.stop()
  become({ type: 'cellular' })
  expect(changes).toBe(3)
  const silent = watchMetered(() => {}, {})
  expect(silent.isMetered()).toBe(false)
  silent.stop()
})
