/** Answers about persons. */
import * as z from 'zod/mini'
import { instant, object, uncountedPage, uuid } from '../answer-parts.ts'

export const Person = z.strictObject({
  id: z.int(),
  uuid,
  name: z.string(),
  distinct_ids: z.array(z.string()).check(z.meta({ description: 'At most 100.' })),
  properties: object,
  created_at: instant,
  is_identified: z.boolean(),
  last_seen_at: z.null(),
})
export const PersonList = uncountedPage(Person)

const CountedGroup = z.strictObject({
  id: z.string(),
  type: z.literal('group'),
  group_type_index: z.int(),
  group_key: z.string(),
  properties: object,
  group_properties: object,
  created_at: z.nullable(instant),
})
/** The people of a number, or the groups of a number that counts groups. */
export const CountedActorList = uncountedPage(z.union([Person, CountedGroup]))
