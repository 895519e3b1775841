import type { Config } from '../config/config.js'
import type { Analyser } from './analyser.js'
import { createLocalAnalyser } from './local-analyser.js'
import { createOpenAiAnalyser } from './openai-analyser.js'

/** Who looks at photos by these settings; null for nobody. */
export function createAnalyser({ analysis, openai }: Pick<Config, 'analysis' | 'openai'>): Analyser | null {
  if (analysis === 'off') return null
  if (analysis !== 'local' && openai) return createOpenAiAnalyser(openai)
  return createLocalAnalyser()
}
