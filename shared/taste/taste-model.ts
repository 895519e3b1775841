/** What is believed of one trait: a normal distribution of its pull, in log-odds of liking an outfit made of it. */
export interface TasteWeight {
  /** positive: liked; 0: nothing known, or it makes no difference */
  readonly mean: number
  /** that of the prior where nothing is known, smaller the more was seen */
  readonly sd: number
  /** signs that had this trait and spoke for it, and against it */
  readonly for: number
  readonly against: number
}

export type TasteSign =
  | 'like'
  | 'dislike'
  | 'skip'
  | 'swap'
  | 'wore-instead'
  | 'wear'
  | 'made'
  | 'kept'
  | 'rating'
  | 'favourite'

/**
 * What the records say of their owner's taste. Plain data: it goes through JSON and into a worker. It is never stored:
 * every device makes it from the same records and so has the same.
 */
export interface TasteModel {
  readonly state: 'learned' | 'nothing-yet' | 'off'
  /** only what happened after it was counted: ms since 1970; null for everything */
  readonly since: number | null
  /** how many signs of each kind were counted */
  readonly signs: Readonly<Partial<Record<TasteSign, number>>>
  /** by name of the trait; what is not here has no pull */
  readonly weights: Readonly<Record<string, TasteWeight>>
}

export const NO_TASTE: TasteModel = { state: 'nothing-yet', since: null, signs: {}, weights: {} }

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
