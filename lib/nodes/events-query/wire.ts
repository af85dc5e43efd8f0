import * as z from 'zod/mini'
import { ActionStep } from '../action.ts'
import { MAX_ID, MAX_NAME, MAX_TEXT } from '../bounds.ts'
import { NODE_DISPLAY_KEYS } from '../display.ts'
import { Properties } from '../property-filter.ts'
import { anyKeys } from '../schema.ts'

const text = z.string().check(z.maxLength(MAX_TEXT))
const name = z.string().check(z.maxLength(MAX_NAME))

/** The strict schema of an EventsQuery as clients send it. */
export const EventsQuery = z.strictObject({
  kind: z.literal('EventsQuery'),
  select: z.array(text).check(z.maxLength(100)),
  where: z.nullish(z.array(text).check(z.maxLength(50))),
  properties: z.nullish(Properties),
  fixedProperties: z.nullish(Properties),
  event: z.nullish(name),
  events: z.nullish(z.array(name).check(z.maxLength(1_000))),
  actionId: z.nullish(z.int().check(z.gte(0)).check(z.lte(MAX_ID))),
  actionSteps: z.nullish(z.array(ActionStep).check(z.maxLength(100))),
  personId: z.nullish(name),
  after: z.nullish(name),
  before: z.nullish(name),
  orderBy: z.nullish(z.array(text).check(z.maxLength(10))),
  limit: z.nullish(z.int().check(z.gte(1)).check(z.lte(50_000))),
  offset: z.nullish(z.int().check(z.gte(0)).check(z.lte(10_000_000))),
  filterTestAccounts: z.nullish(z.boolean()),
  source: z.optional(z.unknown()),
  ...anyKeys(NODE_DISPLAY_KEYS),
})
export type EventsQuery = z.infer<typeof EventsQuery>
