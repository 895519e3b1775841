import type { Message, MessageKey, Messages, Reason, ReasonValue } from './messages.js'
import { MESSAGES } from './messages.js'

export interface Words {
  /** a reason as a sentence without a full stop */
  say(reason: Reason): string
}

/** Says reasons in the words of a table; English where it has none. */
export function createWords(translation?: Messages): Words {
  const own: Messages = typeof translation === 'object' && translation !== null ? translation : {}
  const message = (key: MessageKey): Message =>
    (Object.hasOwn(own, key) ? own[key] : undefined) ?? MESSAGES[key]

  function say({ key, values = {} }: Reason): string {
    const text = message(key)
    const form = typeof text === 'string' ? text : isMany(values) ? text.many : text.one
    return form.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined
      return value === undefined ? '' : sayValue(value)
    })
  }

  function sayValue(value: ReasonValue): string {
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    if ('key' in value) return say(value)
    const names = value.map(({ label }) => (HAS_ARTICLE.test(label) ? label : fill('the', { label })))
    const last = names.pop() ?? ''
    if (names.length === 0) return last
    const most = names.reduce((x, y) => fill('between', { x, y }))
    return fill('list', { most, last })
  }

  function fill(key: MessageKey, values: Readonly<Record<string, string>>): string {
    return say({ key, values })
  }

  return { say }
}

const HAS_ARTICLE = /^(the|my|a|an)\s/i

/** A plural by the first value that names pieces: several, or one whose last word ends in s, but not in ss. */
function isMany(values: Readonly<Record<string, ReasonValue>>): boolean {
  const pieces = Object.values(values).find((value) => Array.isArray(value))
  if (!Array.isArray(pieces)) return false
  return pieces.length > 1 || /[^s]s$/i.test(pieces[0]?.label ?? '')
}
