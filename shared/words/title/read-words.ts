import { SAME_WORDS } from './title-words.js'

/** Titles are read so far: no shop writes more. */
const LONGEST = 400
/** no phrase of the tables has more words */
const MOST_WORDS = 3

/**
 * The words of a title in lower case, without accents and punctuation, each in one form, and the phrases that `known`
 * knows as one: `Women's High-Waisted Jeans` gives `women`, `high waist`, `jean`. What nobody knows stays as it is.
 */
export function readWords(title: string, known: (phrase: string) => boolean): string[] {
  const words = plainWords(title)
  const read: string[] = []
  for (let at = 0; at < words.length; ) {
    const { phrase, length } = phraseAt(words, at, known)
    read.push(phrase)
    at += length
  }
  return read
}

/** The words as they stand, in lower case, without accents and punctuation. */
export function plainWords(title: string): string[] {
  const plain = title
    .slice(0, LONGEST)
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/(?<=[a-z])['’]s\b/g, 's')
    .replace(/[’']/g, ' ')
  return plain.match(/[a-z0-9]+/g) ?? []
}

function phraseAt(
  words: readonly string[],
  at: number,
  known: (phrase: string) => boolean,
): { readonly phrase: string; readonly length: number } {
  for (let length = Math.min(MOST_WORDS, words.length - at); length > 0; length--) {
    const text = words.slice(at, at + length).join(' ')
    for (const form of formsOf(text)) {
      const phrase = Object.hasOwn(SAME_WORDS, form) ? (SAME_WORDS[form] ?? form) : form
      if (phrase !== form || known(phrase)) return { phrase, length }
    }
  }
  return { phrase: words[at] ?? '', length: 1 }
}

/** As it stands, then without the ending of a plural. */
function formsOf(text: string): string[] {
  const forms = [text]
  if (text.endsWith('ies')) forms.push(`${text.slice(0, -3)}y`)
  if (text.endsWith('es')) forms.push(text.slice(0, -2))
  if (text.endsWith('s') && !text.endsWith('ss')) forms.push(text.slice(0, -1))
  return forms
}
