import * as z from 'zod/mini'
import { NODE_DISPLAY_KEYS } from '../display.ts'
import { DateRange } from '../insight.ts'
import { Properties } from '../property-filter.ts'
import { anyKeys } from '../schema.ts'

const Filters = z.strictObject({
  properties: z.nullish(Properties),
  dateRange: z.nullish(DateRange),
  filterTestAccounts: z.nullish(z.boolean()),
})

const Variable = z.strictObject({
  variableId: z.nullish(z.string()),
  code_name: z.nullish(z.string()),
  value: z.optional(z.unknown()),
  isNull: z.nullish(z.boolean()),
})

/** The strict schema of a HogQLQuery as clients send it. */
export const HogQLQuery = z.strictObject({
  kind: z.literal('HogQLQuery'),
  query: z.string(),
  filters: z.nullish(Filters),
  values: z.nullish(z.record(z.string(), z.unknown())),
  variables: z.nullish(z.record(z.string(), Variable)),
  explain: z.nullish(z.boolean()),
  name: z.nullish(z.string()),
  connectionId: z.nullish(z.string()),
  sendRawQuery: z.nullish(z.boolean()),
  ...anyKeys(NODE_DISPLAY_KEYS),
})
export type HogQLQuery = z.infer<typeof HogQLQuery>
