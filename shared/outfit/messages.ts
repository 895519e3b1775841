/**
 * Every sentence that the engine says, as a table: a translation is another table with the same keys. `{words}` are
 * filled in. A message may have two forms, for one piece and for several (or one whose name is a plural).
 */
export const MESSAGES = {
  list: '{most} and {last}',
  between: '{x}, {y}',
  the: 'the {label}',
  named: '{colour} {kind}',

  'colours.neutral': '{base}: a calm neutral palette',
  'colours.base': '{base}: a calm neutral base for {loud}',
  'colours.calm': { one: '{base} calms {loud}', many: '{base} calm {loud}' },
  'colours.family': '{loud} keep to one family of colours',
  'colours.together': 'the colours of {loud} sit well together',
  'colours.compete': '{loud} compete in colour',
  'colours.many': '{loud}: more families of colours than two',
  'colours.echo': { one: '{far} echoes {near}', many: '{far} echo {near}' },
  'look.one': '{alike}: one look, {style}',
  'look.apart': '{x} with {y}: {mine} meets {theirs}',
  'pattern.one': {
    one: '{patterned} stands out from plain pieces',
    many: '{patterned} stand out from plain pieces',
  },
  'pattern.clash': '{patterned}: patterns that compete',
  'pattern.mix': '{patterned}: patterns of different scale',
  'formality.apart': '{low} with {high}: casual meets formal',
  'shape.balance': '{wide} balanced by {slim}',
  'shape.wide': '{wide}: wide upon wide',
  'layers.twice': '{worn}: one over the other is one too many',
  'layers.apart': '{warm} with {cold}: summer meets winter',
  'occasion.right': 'right for {occasion}',
  'occasion.odd': { one: '{odd} is not made for {occasion}', many: '{odd} are not made for {occasion}' },
  'for.home': 'staying in',
  'for.sport': 'sport',
  'for.casual': 'a casual day',
  'for.travel': 'travelling',
  'for.party': 'a party',
  'for.work': 'work',
  'for.formal': 'a formal occasion',
  'season.odd': { one: '{odd} is not meant for {season}', many: '{odd} are not meant for {season}' },
  'material.season': '{made} in {material}: right for {season}',
  'material.odd': '{made} in {material}: not for {season}',
  'material.wet': '{made} in {material} and rain do not agree',
  'warmth.right': 'about as warm as {temperature} asks for',
  'warmth.cold': 'a little cold for {temperature}',
  'warmth.far-too-cold': 'far too cold for {temperature}',
  'warmth.warm': 'warm for {temperature}',
  'warmth.far-too-warm': 'far too warm for {temperature}',
  'rain.dry': { one: '{dry} keeps the rain off', many: '{dry} keep the rain off' },
  'rain.wet': 'nothing here keeps the rain off',
  'fresh.lately': { one: '{worn} was worn {when}', many: '{worn} were worn {when}' },
  'fresh.rested': {
    one: '{worn} has not been worn for {days} days',
    many: '{worn} have not been worn for {days} days',
  },
  'ago.day': 'within a day',
  'ago.yesterday': 'a day ago',
  'ago.days': '{days} days ago',
  'taste.love': '{piece} above all: your taste, as far as it is known',
  'taste.doubt': '{piece} above all: not what you tend to like',
  'complete.bare': 'no shoes to go with it',

  'missing.no-items': 'no piece in the wardrobe can be worn now',
  'missing.no-tops': 'nothing to wear on the upper body',
  'missing.no-bottoms': 'nothing to wear on the legs',
  'missing.no-shoes': 'no shoes',
  'missing.no-rain-shoes': 'no shoes fit for rain',
  'missing.no-rain-cover': 'nothing that keeps the rain off',
  'missing.not-warm-enough': 'nothing warm enough for {temperature}',
  'missing.few-outfits.none': 'no outfit can be made from these pieces',
  'missing.few-outfits': 'only {found} of {count} outfits can be made from these pieces',
  'missing.anchor-unknown': 'a piece asked for is not in the wardrobe',
  'missing.anchor-unreadable': 'a piece asked for has no category that is known',
  'missing.anchor-unavailable': 'a piece asked for cannot be worn now',
  'missing.anchor-excluded': 'a piece asked for is also to be left out',
  'missing.anchors-conflict': 'the pieces asked for cannot be worn together',
  'missing.dress-code': 'no piece for the {part} meets the dress code',
  'missing.unknown-category': '{count} pieces have no category that is known',

  'part.upper': 'upper body',
  'part.legs': 'legs',
  'part.feet': 'feet',

  'not.unknown': 'there is no such piece',
  'not.unreadable': {
    one: '{piece} has no category that is known',
    many: '{piece} have no category that is known',
  },
  'not.unavailable': { one: '{piece} cannot be worn now', many: '{piece} cannot be worn now' },
  'not.excluded': { one: '{piece} was to be left out', many: '{piece} were to be left out' },
  'not.vetoed': { one: '{piece} is never to be worn', many: '{piece} are never to be worn' },
  'not.indoors': { one: '{piece} is for the house', many: '{piece} are for the house' },
  'not.dress-code': {
    one: '{piece} does not meet the dress code',
    many: '{piece} do not meet the dress code',
  },
  'not.dry': { one: '{piece} is for rain', many: '{piece} are for rain' },
  'not.no-weather': {
    one: '{piece} goes over an outfit, and nobody said what the weather is',
    many: '{piece} go over an outfit, and nobody said what the weather is',
  },
  'not.no-outfit': {
    one: 'no whole outfit has room for {piece}',
    many: 'no whole outfit has room for {piece}',
  },
  'not.outscored': 'with {piece} the best outfit scores {with}, without {best}',
  'not.worse': 'with {piece} the best outfit scores {with}, without {best}: less for {rule}',
  'not.used': { one: '{piece} is in the outfits', many: '{piece} are in the outfits' },

  'rule.colour-harmony': 'colour',
  'rule.colour-families': 'number of colours',
  'rule.look': 'style',
  'rule.pattern': 'patterns',
  'rule.formality': 'formality',
  'rule.shape': 'balance of shapes',
  'rule.layers': 'what goes over and beside what',
  'rule.occasion': 'the occasion',
  'rule.season': 'the season',
  'rule.material': 'material',
  'rule.warmth': 'warmth',
  'rule.rain': 'rain',
  'rule.freshness': 'freshness',
  'rule.complete': 'shoes',
  'rule.taste': 'taste',
  'rule.taste-pairs': 'taste in combinations',
} satisfies Record<string, Message>

export type Message = string | { readonly one: string; readonly many: string }

export type MessageKey = keyof typeof MESSAGES

/** A translation: what it lacks is said in English. */
export type Messages = Readonly<Partial<Record<MessageKey, Message>>>

/** Something to say: a message and what fills it. Pieces are named by the table's words, numbers as they are. */
export interface Reason {
  readonly key: MessageKey
  readonly values?: Readonly<Record<string, ReasonValue>>
}

export type ReasonValue =
  | string
  | number
  | readonly { readonly id: string; readonly label: string }[]
  | Reason
