/** Other spellings and names of what our vocabulary calls otherwise. */
const COLOR_SYNONYMS: Readonly<Record<string, string>> = {
  gray: 'grey',
  'light gray': 'light grey',
  'dark gray': 'charcoal',
  'dark grey': 'charcoal',
  silver: 'light grey',
  'off-white': 'cream',
  'off white': 'cream',
  ivory: 'cream',
  ecru: 'cream',
  sand: 'beige',
  'dark blue': 'navy',
  'sky blue': 'light blue',
  'baby blue': 'light blue',
  'light denim': 'denim',
  'dark denim': 'denim',
  maroon: 'burgundy',
  wine: 'burgundy',
  'dark red': 'burgundy',
  violet: 'purple',
  lilac: 'lavender',
  'light purple': 'lavender',
  magenta: 'hot pink',
  fuchsia: 'hot pink',
  'light pink': 'pink',
  salmon: 'coral',
  cyan: 'turquoise',
  aqua: 'turquoise',
  gold: 'mustard',
  'light green': 'mint',
  'light brown': 'tan',
  'dark brown': 'brown',
}

/** What a narrower word is a kind of, for labels whose vocabulary lacks the narrower word. */
const BROADER: Readonly<Record<string, readonly string[]>> = {
  navy: ['blue'],
  denim: ['blue', 'light blue', 'navy'],
  'light blue': ['blue'],
  charcoal: ['grey'],
  'light grey': ['grey'],
  cream: ['white', 'beige'],
  camel: ['tan', 'brown', 'beige'],
  tan: ['beige', 'brown'],
  khaki: ['beige', 'olive', 'green', 'brown'],
  taupe: ['brown', 'grey', 'beige'],
  rust: ['orange', 'brown'],
  olive: ['green'],
  'dark green': ['green'],
  lime: ['green', 'yellow'],
  sage: ['green'],
  mint: ['green'],
  teal: ['turquoise', 'green', 'blue'],
  turquoise: ['teal', 'blue', 'green'],
  lavender: ['purple'],
  mauve: ['purple', 'pink'],
  burgundy: ['red'],
  coral: ['pink', 'orange', 'red'],
  'hot pink': ['pink'],
  'dusty pink': ['pink'],
  peach: ['orange', 'pink', 'beige'],
  mustard: ['yellow'],
  'light yellow': ['yellow'],
}

export function colorWord(word: string): string {
  return COLOR_SYNONYMS[word] ?? word
}

/**
 * Whether a person who would say one of `accepted` would accept `name`. A word that the labels use anywhere
 * (`vocabulary`) must be one of them; one that they never use counts as what it is a kind of.
 */
export function acceptsColor(
  accepted: readonly string[],
  name: string,
  vocabulary: ReadonlySet<string>,
): boolean {
  const words = accepted.map(colorWord)
  if (words.includes(name)) return true
  return !vocabulary.has(name) && (BROADER[name] ?? []).some((word) => words.includes(word))
}

const PATTERN_WORDS: Readonly<Record<string, readonly string[]>> = {
  solid: ['solid', 'plain', 'none', 'uni', 'colour-block', 'color-block'],
  striped: ['striped', 'stripe', 'stripes', 'pinstripe', 'pinstriped'],
  checked: ['checked', 'check', 'checks', 'plaid', 'tartan', 'gingham', 'houndstooth'],
  print: [
    'print',
    'printed',
    'floral',
    'floral or print',
    'floral print',
    'dotted',
    'dots',
    'polka dot',
    'polka dots',
    'geometric',
    'paisley',
    'camouflage',
    'abstract',
    'tie-dye',
    'batik',
    'pattern',
    'patterned',
    'all-over print',
  ],
  graphic: ['graphic', 'logo', 'text', 'slogan', 'motif', 'picture'],
  animal: ['animal', 'animal print', 'leopard', 'zebra', 'snake'],
  textured: [
    'textured',
    'texture',
    'knit',
    'knitted',
    'ribbed',
    'cable',
    'quilted',
    'lace',
    'melange',
    'tweed',
  ],
}

/** The pattern of ours that a word of the labels names; the word itself where it names none. */
export function patternWord(word: string): string {
  return Object.entries(PATTERN_WORDS).find(([, words]) => words.includes(word))?.[0] ?? word
}
