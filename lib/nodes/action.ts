import * as z from 'zod'
import { PropertyFilter } from './property-filter.ts'

const MATCHINGS = ['contains', 'exact', 'regex'] as const
export type Matching = (typeof MATCHINGS)[number]

/** The longest text or pattern, in characters. */
const MAX_TEXT = 1_000

const text = z.string().max(MAX_TEXT).nullish()
const matching = z.enum(MATCHINGS).nullish()

/** The schema of one step of an action as clients send it; unknown keys are dropped. */
export const ActionStep = z.object({
  event: text,
  properties: z.array(PropertyFilter).nullish(),
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
