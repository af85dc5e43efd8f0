/** The activity log of insights (docs/insights.md 10). */
import { granteeOf } from '../../access/levels.ts'
import { type ActivityRow, listActivity } from '../../store/activity.ts'
import type { KeyCtx } from '../ctx.ts'
import { requireInsight } from './authorize.ts'

export interface ActivityInput {
  /** Number or short id; undefined: all insights that the key may see. */
  readonly ref?: string
  readonly page: { readonly limit: number; readonly offset: number }
}

/** A page of the log, newest first, and the number of entries. Throws 404 and 403. */
export async function showActivity(ctx: KeyCtx, { ref, page }: ActivityInput) {
  const { services, project, actor } = ctx
  const of =
    ref === undefined
      ? { visibleTo: granteeOf(actor, project.organizationId) }
      : { insightId: (await requireInsight(ctx, ref, 'view')).id }
  const { rows, count } = await listActivity(services.db, project.id, of, page)
  return { results: rows.map(presentEntry), count }
}

const presentEntry = ({ user, activity, scope, item_id, detail, created_at, id }: ActivityRow) => ({
  id,
  user,
  activity,
  scope,
  item_id,
  detail,
  created_at,
})
