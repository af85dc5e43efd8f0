/** Answers about the names of events and properties. */
import * as z from 'zod/mini'
import { instant, page, uuid } from '../answer-parts.ts'

export const EventDefinition = z.strictObject({
  id: uuid,
  name: z.string(),
  created_at: instant,
  last_seen_at: instant,
  last_updated_at: instant,
  tags: z.array(z.string()),
  is_action: z.literal(false),
  action_id: z.null(),
  last_calculated_at: z.null(),
  created_by: z.null(),
  post_to_slack: z.literal(false),
})
export const EventDefinitionList = page(EventDefinition)

export const PropertyDefinition = z.strictObject({
  id: uuid,
  name: z.string(),
  is_numerical: z.boolean(),
  property_type: z.nullable(z.enum(['String', 'Numeric', 'Boolean', 'DateTime'])),
  tags: z.array(z.string()),
  is_seen_on_filtered_events: z.nullable(z.boolean()),
})
export const PropertyDefinitionList = page(PropertyDefinition)
