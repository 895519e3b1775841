import type { Rule } from './rule.js'
import { colourEcho } from './rules/colour-echo.js'
import { colourHarmony } from './rules/colour-harmony.js'
import { feedbackRule } from './rules/feedback.js'
import { formality } from './rules/formality.js'
import { freshness } from './rules/freshness.js'
import { occasion } from './rules/occasion.js'
import { rain } from './rules/rain.js'
import { season } from './rules/season.js'
import { taste } from './rules/taste.js'
import { warmth } from './rules/warmth.js'

/** The rules of a good outfit. What an outfit must be, rather than should, is in `wearable.ts`. */
export const RULES: readonly Rule[] = [
  colourHarmony,
  colourEcho,
  occasion,
  formality,
  season,
  warmth,
  rain,
  freshness,
  feedbackRule,
  taste,
]
