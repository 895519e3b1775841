import { describe, expect, test } from 'vitest'
import { toSquare } from './square.js'

const draw = (width: number, height: number, paint: (x: number, y: number) => readonly number[]) => {
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(paint(x, y), (y * width + x) * 4)
  return { data, width, height }
}
const at = (square: Uint8Array, side: number, x: number, y: number): number[] =>
  [0, 1, 2].map((c) => square[(y * side + x) * 3 + c]!)

describe('a part of a picture as a square', () => {
  test('keeps proportions, with grey beside it', () => {
    const red = draw(40, 80, () => [200, 10, 20, 255])
    const square = toSquare(red, { left: 0, top: 0, right: 40, bottom: 80 }, 16)
    expect(at(square, 16, 8, 0)).toEqual([200, 10, 20])
    expect(at(square, 16, 4, 15)).toEqual([200, 10, 20])
    expect(at(square, 16, 3, 8)).toEqual([128, 128, 128])
    expect(at(square, 16, 12, 8)).toEqual([128, 128, 128])
  })

  test('takes only what is in the box', () => {
    const halves = draw(20, 10, (x) => (x < 10 ? [0, 0, 0, 255] : [250, 250, 250, 255]))
    const square = toSquare(halves, { left: 10, top: 0, right: 20, bottom: 10 }, 5)
    expect(new Set(square)).toEqual(new Set([250]))
  })

  test('what is transparent is grey, and fine detail is averaged, not skipped', () => {
    const clear = draw(8, 8, () => [255, 0, 0, 0])
    expect(new Set(toSquare(clear, { left: 0, top: 0, right: 8, bottom: 8 }, 4))).toEqual(new Set([128]))
    const fine = draw(64, 64, (x) => (x % 2 ? [200, 200, 200, 255] : [100, 100, 100, 255]))
    for (const value of toSquare(fine, { left: 0, top: 0, right: 64, bottom: 64 }, 8))
      expect(Math.abs(value - 150)).toBeLessThan(6)
  })
})
