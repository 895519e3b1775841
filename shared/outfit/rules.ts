import type { Rule } from './rule.js'
import { colourFamilies, colourHarmony } from './rules/colour.js'
import { complete } from './rules/complete.js'
import { formality } from './rules/formality.js'
import { freshness } from './rules/freshness.js'
import { layers } from './rules/layers.js'
import { look } from './rules/look.js'
import { material } from './rules/material.js'
import { occasion } from './rules/occasion.js'
import { pattern } from './rules/pattern.js'
import { rain } from './rules/rain.js'
import { season } from './rules/season.js'
import { shape } from './rules/shape.js'
import { taste, tastePairs } from './rules/taste.js'
import { warmth } from './rules/warmth.js'

/** The rules of a good outfit. What an outfit must be, rather than should, is in `constraints.ts`. */
export const RULES: readonly Rule[] = [
  colourHarmony,
  colourFamilies,
  look,
  pattern,
  formality,
  shape,
  layers,
  occasion,
  season,
  material,
  warmth,
  rain,
  complete,
  freshness,
  taste,
  tastePairs,
]
