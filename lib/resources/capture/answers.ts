/** Answers of capture. */
import * as z from 'zod/mini'

export const Captured = z.strictObject({ status: z.literal('Ok') })

/** One result for each event, by its uuid. */
export const CapturedV1 = z.strictObject({
  results: z.record(
    z.guid(),
    z.strictObject({ result: z.enum(['ok', 'warning', 'drop', 'retry']), details: z.optional(z.string()) }),
  ),
})
/** A request that is refused as a whole. */
export const CaptureV1Error = z.strictObject({
  error: z.string(),
  error_description: z.string(),
  error_uri: z.null(),
})
