import type { Edit } from './edit.js'
import { foldEdits } from './fold.js'

/** The fields of a record on which a person's word shows; elements of sets by their own name (`tags.linen`). */
export function decidedFields(edits: readonly Edit[]): Set<string> {
  const decided = new Set<string>()
  for (const [field, { edit }] of foldEdits(edits)) if (edit.src === 'user') decided.add(field)
  return decided
}
