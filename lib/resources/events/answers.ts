/** Answers about events. */
import * as z from 'zod/mini'
import { instant, object, uuid } from '../answer-parts.ts'

const Element = z.strictObject({
  tag_name: z.string(),
  attr_class: z.nullable(z.array(z.string())),
  attr_id: z.nullable(z.string()),
  text: z.nullable(z.string()),
  href: z.nullable(z.string()),
  nth_child: z.nullable(z.int()),
  nth_of_type: z.nullable(z.int()),
  attributes: z.record(z.string(), z.string()),
  order: z.int(),
})

export const Event = z.strictObject({
  id: uuid,
  distinct_id: z.string(),
  properties: object,
  event: z.string(),
  timestamp: instant,
  person: z.nullable(
    z.strictObject({
      uuid,
      is_identified: z.boolean(),
      distinct_ids: z.array(z.string()),
      properties: object,
      created_at: z.nullable(instant),
    }),
  ),
  elements: z.array(Element),
  elements_chain: z.string(),
})

/** Of a page, the link to the next one; rows are lists of cells where `select` asks for other columns. */
export const EventList = z.strictObject({
  next: z.nullable(z.url()),
  results: z.array(z.union([Event, z.array(z.unknown())])),
})

export const EventValueList = z.array(z.strictObject({ name: z.union([z.string(), z.number(), z.boolean()]) }))
