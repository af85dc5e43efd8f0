import * as z from 'zod'
import { PropertyFilter } from './property-filter.ts'

const MATCHINGS = ['contains', 'exact', 'regex'] as const
export type Matching = (typeof MATCHINGS)[number]

const text = z.string().nullish()
const matching = z.enum(MATCHINGS).nullish()

/** One step of an action as it is on the wire; unknown keys are dropped. */
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
