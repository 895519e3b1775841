export type Department = 'women' | 'men' | 'children'

/** Words that name a detail, beside those of the styles: what can come back in another piece. */
export const DETAIL_WORDS: ReadonlySet<string> = new Set(
  `suede, denim, cotton, canvas, linen, nylon, crepe, nubuck, patent, croc, corduroy, jersey, tulle, mesh, straw,
  stripe, plaid, check, print, geometric, color block, tribal, embossed, textured, animal, sterling, stainless, gold, silver, metallic, ribbed,
  heart, star, skull, pearl, crystal, studded, fringe, tassel, bow, ruffle, pleated, quilted, bead`
    .split(',')
    .map((word) => word.trim().replace(/\s+/g, ' ')),
)

/** Colours that are more often something else in a title: `stainless steel`, `sand beach`, `stone cuff`. */
export const DOUBTFUL_COLORS: ReadonlySet<string> = new Set(
  `ash, banana, bark, berry, biscuit, bone, buff, carnation, cement, chalk, cherry, clay, concrete, dove, fern,
  flesh, ginger, grape, grass, honey, ink, jet, lagoon, latte, lead, lipstick, luggage, marine, melon, mink, moss,
  mushroom, natural, oat, papaya, peacock, petal, pine, poppy, pumpkin, rose, royal, saddle, safari, sand, skin, sky,
  slate, smoke, snow, steel, stone, truffle, walnut, watermelon, wheat`
    .split(',')
    .map((word) => word.trim().replace(/\s+/g, ' ')),
)

export const DEPARTMENT_WORDS: Readonly<Record<string, Department>> = {
  women: 'women',
  girl: 'women',
  lady: 'women',
  men: 'men',
  boy: 'children',
  kid: 'children',
  child: 'children',
  children: 'children',
  baby: 'children',
  toddler: 'children',
}

export const SEASON_WORDS: Readonly<Record<string, string>> = {
  spring: 'spring',
  summer: 'summer',
  beach: 'summer',
  autumn: 'autumn',
  fall: 'autumn',
  winter: 'winter',
}

export const OCCASION_WORDS: Readonly<Record<string, string>> = {
  casual: 'casual',
  everyday: 'casual',
  work: 'work',
  office: 'work',
  business: 'work',
  formal: 'formal',
  evening: 'formal',
  wedding: 'formal',
  prom: 'formal',
  party: 'party',
  cocktail: 'party',
  running: 'sport',
  training: 'sport',
  gym: 'sport',
  yoga: 'sport',
  travel: 'travel',
  lounge: 'home',
  pajama: 'home',
  pyjama: 'home',
}

/** How large a pattern is. No word that also says how long or wide the garment is: `mini`, `wide`. */
export const SCALE_WORDS: Readonly<Record<string, string>> = {
  micro: 'small',
  tiny: 'small',
  fine: 'small',
  ditsy: 'small',
  small: 'small',
  large: 'large',
  big: 'large',
  bold: 'large',
  giant: 'large',
}
