import { expect, test } from 'vitest'
import { createByteBudget } from './read-body.js'

const announcing = (bytes: number): Request =>
  new Request('http://localhost', { method: 'POST', headers: { 'content-length': String(bytes) } })

test('[SE2] one account gets a quarter of the room for bodies, always one body, and the rest is for others', () => {
  const budget = createByteBudget(1_000)
  const giveBack = budget.reserve('eve', announcing(200), 500)
  expect(() => budget.reserve('eve', announcing(100), 500)).toThrow('unavailable')
  const large = budget.reserve('ada', announcing(600), 700)
  expect(() => budget.reserve('bob', announcing(300), 500)).toThrow('unavailable')
  const small = budget.reserve('bob', announcing(200), 500)
  large()
  giveBack()
  giveBack() // once only
  budget.reserve('eve', announcing(100), 500)
  budget.reserve('eve', announcing(150), 500)
  small()
})
