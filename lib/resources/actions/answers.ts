/** Answers about actions. */
import * as z from 'zod/mini'
import { instant, User } from '../answer-parts.ts'

const text = z.nullable(z.string())
const matching = z.nullable(z.enum(['contains', 'exact', 'regex']))

const ActionStep = z.strictObject({
  event: text,
  properties: z.nullable(z.array(z.unknown())),
  selector: text,
  selector_regex: z.null(),
  tag_name: text,
  text,
  text_matching: matching,
  href: text,
  href_matching: matching,
  url: text,
  url_matching: matching,
})

export const Action = z.strictObject({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  post_to_slack: z.boolean(),
  slack_message_format: z.string(),
  steps: z.array(ActionStep),
  created_at: instant,
  created_by: z.nullable(User),
  deleted: z.boolean(),
  is_calculating: z.literal(false),
  last_calculated_at: instant,
  team_id: z.int(),
  is_action: z.literal(true),
  bytecode_error: z.null(),
  pinned_at: z.nullable(instant),
  creation_context: z.null(),
  user_access_level: z.literal('editor'),
})
export const ActionList = z.strictObject({ results: z.array(Action) })
