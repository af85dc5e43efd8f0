import type { ActionStep } from '../../nodes/action.ts'
import type { ActionRow } from '../../store/actions.ts'

const NO_STEP: ActionStep = {
  event: null,
  properties: null,
  selector: null,
  tag_name: null,
  text: null,
  text_matching: null,
  href: null,
  href_matching: null,
  url: null,
  url_matching: null,
}

/** An action as the API shows it (docs/ingestion-and-entities.md (c)). */
export const presentAction = (row: ActionRow) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  tags: row.tags,
  post_to_slack: row.post_to_slack,
  slack_message_format: row.slack_message_format,
  steps: row.steps.map((step) => ({ ...NO_STEP, selector_regex: null, ...step })),
  created_at: row.created_at,
  created_by: row.created_by,
  deleted: row.deleted,
  is_calculating: false,
  last_calculated_at: row.created_at,
  team_id: row.project_id,
  is_action: true,
  bytecode_error: null,
  pinned_at: row.pinned_at,
  creation_context: null,
  user_access_level: 'editor',
})
