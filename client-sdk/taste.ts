import {
  describeTaste,
  drain,
  learnTasteSteps,
  type Steps,
  type TasteBelief,
  type TasteModel,
  type TasteWords,
} from '@modaics/shared'
import type { Collection } from './collection.js'
import type { FoldIndex } from './replica/fold-index.js'

export interface TasteReport extends Pick<TasteModel, 'state' | 'since' | 'signs'> {
  /** in words, surest and strongest first */
  readonly beliefs: readonly TasteBelief[]
}

/** What the wardrobe knows of its owner's taste: made from the records here, the same on every device. */
export interface Taste {
  /** What was learned, to be shown to its owner. */
  read(options?: { readonly words?: TasteWords; readonly leastSure?: number }): TasteReport
  /** The model as `generate` uses it. */
  model(): TasteModel
  /** Forgets: only what happens from now on is learned from. The records stay. */
  reset(): Promise<void>
  /** Stops learning, and scoring by what was learned, on all devices. */
  turnOff(): Promise<void>
  turnOn(): Promise<void>
}

export interface TasteDeps {
  readonly index: Pick<FoldIndex, 'list' | 'changes'>
  readonly profile: Collection<'profile'>
  readonly items: Collection<'items'>
  /** names the record of the profile that this device writes: two devices that write apart never conflict */
  readonly recordId: () => string
  /** ms since 1970 */
  readonly now: () => number
}

const KINDS = ['items', 'outfits', 'outfit_items', 'wears', 'feedback', 'profile'] as const

export function createTaste({
  index,
  profile,
  items,
  recordId,
  now,
}: TasteDeps): Taste & { modelSteps(): Steps<TasteModel> } {
  let known: { readonly of: string; readonly model: TasteModel } | null = null

  function* modelSteps(): Steps<TasteModel> {
    const of = KINDS.map((kind) => index.changes(kind)).join()
    if (known?.of === of) return known.model
    const model = yield* learnTasteSteps({
      items: index.list('items'),
      outfits: index.list('outfits'),
      outfitItems: index.list('outfit_items'),
      wears: index.list('wears'),
      feedback: index.list('feedback'),
      profile: index.list('profile'),
    })
    known = { of, model }
    return model
  }

  const model = (): TasteModel => drain(modelSteps())

  async function write(changes: {
    readonly tasteResetAt?: number
    readonly tasteOff?: boolean
  }): Promise<void> {
    const id = recordId()
    if (profile.get(id)) await profile.update(id, changes)
    else await profile.add(changes, { id })
  }

  return {
    model,
    modelSteps,
    read(options = {}) {
      const { state, since, signs, ...rest } = model()
      const nameOf = (id: string): string | undefined => items.get(id)?.name ?? undefined
      return {
        state,
        since,
        signs,
        beliefs: describeTaste({ state, since, signs, ...rest }, { ...options, nameOf }),
      }
    },
    reset: () => write({ tasteResetAt: now() }),
    turnOff: () => write({ tasteOff: true }),
    async turnOn() {
      for (const { id } of profile.list({ where: ({ tasteOff }) => tasteOff === true }))
        await profile.update(id, { tasteOff: null })
    },
  }
}
