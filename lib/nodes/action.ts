import * as z from 'zod/mini'
import { PropertyFilter } from './property-filter.ts'

const MATCHINGS = ['contains', 'exact', 'regex'] as const
export type Matching = (typeof MATCHINGS)[number]

/** The longest text or pattern, in characters. */
const MAX_TEXT = 1_000

const text = z.nullish(z.string().check(z.maxLength(MAX_TEXT)))
const matching = z.nullish(z.enum(MATCHINGS))

/** The schema of one step of an action as clients send it; unknown keys are dropped. */
export const ActionStep = z.object({
  event: text,
  properties: z.nullish(z.array(PropertyFilter)),
  selector: text,
  tag_name: text,
  text: text,
  text_matching: matching,
  href: text,
  href_matching: matching,
  url: text,
  url_matching: matching,
})
export type ActionStep = z.infer<typeof ActionStep>
