import { z } from 'zod'

const seen = <T extends z.ZodType>(value: T) => z.object({ value, confidence: z.number().min(0).max(1) })
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
  pattern: seen(word).optional(),
  material: seen(word).optional(),
})

export type Analysis = z.infer<typeof analysisSchema>
