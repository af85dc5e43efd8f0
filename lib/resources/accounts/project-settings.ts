/** The settings of a project that a client may write. */
import { IANAZone } from 'luxon'
import * as z from 'zod'
import { choice, list, text } from '../fields.ts'

/** An IANA name. */
const timezone = z
  .unknown()
  .transform((value, context): string => {
    if (typeof value === 'string' && IANAZone.isValidZone(value)) return value
    context.addIssue({
      code: 'custom',
      message: `"${typeof value === 'object' ? JSON.stringify(value) : value}" is not a valid choice.`,
      params: { code: 'invalid_choice' },
    })
    return z.NEVER
  })
  .meta({ type: 'string', examples: ['Europe/Berlin'] })

/** 0 = Sunday, 1 = Monday; null = the default. */
const weekStartDay = z
  .unknown()
  .transform((value, context): 0 | 1 => {
    if (value === null) return 0
    const parsed = choice([0, 1]).safeParse(typeof value === 'string' ? Number(value) : value)
    if (parsed.success) return parsed.data as 0 | 1
    for (const issue of parsed.error.issues) context.addIssue(issue as never)
    return z.NEVER
  })
  .meta({ enum: [0, 1, null] })

export const projectSettings = z.object({
  name: text(200, { blank: false }).optional(),
  timezone: timezone.optional(),
  week_start_day: weekStartDay.optional(),
  test_account_filters: list(z.record(z.string(), z.unknown()), 100).optional(),
})
export type ProjectSettings = z.infer<typeof projectSettings>
