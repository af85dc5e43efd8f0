import * as z from 'zod/mini'
import type { KeyActor } from '../../core/actor.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import { type EventDefinitionRow, listEventDefinitions as listRows } from '../../store/definitions.ts'
import type { ProjectCtx } from '../ctx.ts'
import type { Listed, Page } from '../page.ts'

const ORDERS = ['name', '-name', 'last_seen_at', '-last_seen_at'] as const

export const eventDefinitionsQuery = z.object({
  search: z.optional(z.string().check(z.maxLength(400))),
  ordering: z.optional(z.string()),
})

/** The names of events. A search counts as a computation: throws 429 above the limit. */
export async function listEventDefinitions(
  ctx: ProjectCtx<KeyActor>,
  { search, ordering, page }: z.infer<typeof eventDefinitionsQuery> & { readonly page: Page },
): Promise<Listed<ReturnType<typeof presentEventDefinition>>> {
  const { services, project } = ctx
  const order = ORDERS.find((name) => name === ordering) ?? 'name'
  if (search) await requireCapacity(services, limiterOf(ctx))
  const { rows, count } = await listRows(services.db, project.id, { search, order }, page)
  return { items: rows.map(presentEventDefinition), count }
}

const presentEventDefinition = (row: EventDefinitionRow) => ({
  id: row.id,
  name: row.name,
  created_at: row.created_at,
  last_seen_at: row.last_seen_at,
  last_updated_at: row.created_at,
  tags: [],
  is_action: false,
  action_id: null,
  last_calculated_at: null,
  created_by: null,
  post_to_slack: false,
})
