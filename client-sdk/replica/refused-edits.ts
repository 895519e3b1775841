import { ModaicsError, tupleToEdit } from '@modaics/shared'
import type { Wardrobe } from '../wardrobe.js'
import type { Replica } from './replica.js'

/** What the server refused: to be written again, or given up. */
export function createRefusedEdits(
  replica: Replica,
): Pick<Wardrobe, 'refused' | 'retryRefused' | 'discardRefused'> {
  return {
    refused: () => replica.meta().refused,
    async retryRefused([hlc, by]) {
      const refused = replica.dropRefused([hlc, by])
      if (!refused) throw new ModaicsError('not-found', 'that edit was not refused')
      const { kind, id, set } = tupleToEdit(refused.edit)
      await replica.write({ kind, id, set })
    },
    async discardRefused([hlc, by]) {
      if (!replica.dropRefused([hlc, by])) throw new ModaicsError('not-found', 'that edit was not refused')
      await replica.journaled()
    },
  }
}
