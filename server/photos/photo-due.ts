import type { Json } from '@modaics/shared'
import type { AnalyserVersion, Lookers } from '../vision/analyser.js'
import type { StoredPhoto } from './photo-rows.js'

/** Has an analysis of this very picture for this very item been written, by any analyser? */
export function isAnalysed({ hash, itemId, told }: StoredPhoto): boolean {
  const { analysis } = told
  return isRecord(analysis) && analysis.hash === hash && analysis.itemId === itemId
}

/** The same, and not by an older version of this analyser. What another one has seen stays. */
function isCurrent(photo: StoredPhoto, { id, version }: AnalyserVersion): boolean {
  const { analysis } = photo.told
  if (!isAnalysed(photo) || !isRecord(analysis)) return false
  return analysis.analyser !== id || Number(analysis.version) >= version
}

/** And is no failure shown; and, where it was asked for again, is it from the analyser that is asked first? */
export function isDone(photo: StoredPhoto, by: AnalyserVersion, again: boolean): boolean {
  const { analysis, failure } = photo.told
  if (!isCurrent(photo, by) || (failure ?? null) !== null) return false
  return !again || (isRecord(analysis) && analysis.analyser === by.id)
}

/** Is it analysed, but have its pixels been measured by an older version only, or never? */
export function lacksPixels(photo: StoredPhoto, { id, version }: AnalyserVersion): boolean {
  const { analysis, failure } = photo.told
  if (!isAnalysed(photo) || !isRecord(analysis) || (failure ?? null) !== null) return false
  const measured = analysis.pixels ?? (analysis.analyser === id ? analysis.version : 0)
  return !(Number(measured) >= version)
}

/** Is there something to be seen in it yet? @param again also where it has failed before */
export function isDue(photo: StoredPhoto, { analyser, fallback }: Lookers, again: boolean): boolean {
  if (lacksPixels(photo, fallback)) return true
  return (again || (photo.told.failure ?? null) === null) && !isCurrent(photo, analyser)
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
