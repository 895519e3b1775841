import { z } from 'zod'

const confidence = z.number().min(0).max(1)
const seen = <T extends z.ZodType>(value: T) => z.object({ value, confidence })
const word = z.string().min(1).max(64)

/** What an analyser saw of the garment in a picture, each with its confidence, 0 to 1. What it did not see is left out. */
export const analysisSchema = z.object({
  /** largest share first */
  colors: seen(
    z
      .array(
        z.object({
          hex: z.string().regex(/^#[0-9a-f]{6}$/),
          name: z.string().min(1).max(40),
          share: z.number().min(0).max(1),
        }),
      )
      .min(1)
      .max(8),
  ).optional(),
  /** of the taxonomy */
  category: seen(word).optional(),
  subcategory: seen(word).optional(),
  /** several guesses in place of one category, the likeliest first */
  kinds: z
    .array(z.object({ category: word, subcategory: word.nullable(), confidence }))
    .max(8)
    .optional(),
  /** what photos of pieces are compared by, see `LookFeatures` */
  features: z
    .object({ eyes: word, values: z.array(z.number().int().min(-127).max(127)).min(1).max(256) })
    .optional(),
  pattern: seen(word).optional(),
  material: seen(word).optional(),
  /** by the ids of `ATTRIBUTES` */
  attributes: z.record(word, seen(word)).optional(),
  seasons: z.array(seen(word)).max(4).optional(),
  occasions: z.array(seen(word)).max(16).optional(),
})

export type Analysis = z.infer<typeof analysisSchema>
