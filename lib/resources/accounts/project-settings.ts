/** The settings of a project that a client may write. */
import { IANAZone } from 'luxon'
import * as z from 'zod/mini'
import { notAChoice } from '../../core/nearest.ts'
import { choice, list, text } from '../fields.ts'

/** An IANA name. */
const timezone = z
  .pipe(
    z.unknown(),
    z.transform((value, context): string => {
      if (typeof value === 'string' && IANAZone.isValidZone(value)) return value
      context.issues.push({
        code: 'custom',
        input: value,
        message: notAChoice(value, Intl.supportedValuesOf('timeZone')),
        params: { code: 'invalid_choice' },
      })
      return z.NEVER
    }),
  )
  .check(z.meta({ type: 'string', examples: ['Europe/Berlin'] }))

/** 0 = Sunday, 1 = Monday; null = the default. */
const weekStartDay = z
  .pipe(
    z.unknown(),
    z.transform((value, context): 0 | 1 => {
      if (value === null) return 0
      const parsed = choice([0, 1]).safeParse(typeof value === 'string' ? Number(value) : value)
      if (parsed.success) return parsed.data as 0 | 1
      for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never)
      return z.NEVER
    }),
  )
  .check(z.meta({ enum: [0, 1, null] }))

export const projectSettings = z.object({
  name: z.optional(text(200, { blank: false })),
  timezone: z.optional(timezone),
  week_start_day: z.optional(weekStartDay),
  path_cleaning_filters: z.optional(list(z.record(z.string(), z.unknown()), 100)),
  test_account_filters: z.optional(list(z.record(z.string(), z.unknown()), 100)),
})
export type ProjectSettings = z.infer<typeof projectSettings>
