import { describe, expect, test } from 'vitest'
import { fuseColors } from './fuse-colors.js'

const color = (hex: string, name: string, share = 1) => ({ hex, name, share })
const seen = (confidence: number, ...value: ReturnType<typeof color>[]) => ({ value, confidence })

/** between navy and black, as pixels show it */
const dark = seen(0.6, color('#20242f', 'navy'))

describe('colours of pixels and of a model', () => {
  test('[LV6] what both say is surer than what either says, and the pixels give the colour', () => {
    const pixels = fuseColors(dark, undefined)!
    const fused = fuseColors(dark, seen(0.9, color('#000080', 'navy')))!
    expect(fused.value).toEqual([{ ...pixels.value[0], name: 'navy' }])
    expect(fused.confidence).toBeGreaterThan(pixels.confidence)
  })

  test('[LV6] where pixels leave it open, the model decides', () => {
    for (const name of ['navy', 'black'])
      expect(fuseColors(dark, seen(0.95, color('#222222', name)))?.value[0]?.name).toBe(name)
  })

  test('[LV6] where they contradict each other it is less sure, and the surer wins', () => {
    const red = seen(0.9, color('#b01c2e', 'red'))
    const agreed = fuseColors(red, seen(0.9, color('#cc0000', 'red')))!
    const timid = fuseColors(red, seen(0.3, color('#00aa00', 'green')))!
    const bold = fuseColors(red, seen(1, color('#00aa00', 'green')))!
    expect(timid.value[0]?.name).toBe('red')
    expect(timid.confidence).toBeLessThan(agreed.confidence)
    expect(bold.confidence).toBeLessThan(timid.confidence)
  })

  test('[LV6] two colours named in the other order are no contradiction', () => {
    const striped = seen(0.9, color('#f2f2f2', 'white', 0.55), color('#1f2a44', 'navy', 0.45))
    const said = seen(0.9, color('#1f2a44', 'navy', 0.6), color('#ffffff', 'white', 0.4))
    const fused = fuseColors(striped, said)!
    expect(fused.value.map(({ name, share }) => [name, share])).toEqual([
      ['white', 0.55],
      ['navy', 0.45],
    ])
    expect(fused.confidence).toBeGreaterThan(0.9)
  })

  test('words of a model are read: other spellings, modifiers, and its hex where it says nothing of use', () => {
    for (const name of ['Dark navy blue', 'NAVY', 'navy'])
      expect(fuseColors(dark, seen(0.9, color('#1f2a44', name)))?.value[0]?.name, name).toBe('navy')
    expect(fuseColors(dark, seen(0.9, color('#1f2a44', 'qwerty')))?.value[0]?.name).toBe('navy')
  })

  test('one alone is what it is, a model a little less sure than it says', () => {
    const model = seen(0.8, color('#b01c2e', 'red'))
    expect(fuseColors(dark, undefined)).toEqual(dark)
    expect(fuseColors(undefined, model)).toEqual({ ...model, confidence: 0.68 })
    expect(fuseColors(undefined, undefined)).toBeUndefined()
  })
})
