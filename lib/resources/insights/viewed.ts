/** Notes of when users looked at insights. */
import * as z from 'zod/mini'
import { granteeOf, isAdmin } from '../../access/levels.ts'
import { invalid } from '../../core/errors.ts'
import { readId } from '../../core/ids.ts'
import { writeInsights } from '../../records/insights.ts'
import { lastViewed, noteViews } from '../../store/insight-views.ts'
import type { KeyCtx } from '../ctx.ts'
import { requireInsight } from './authorize.ts'
import { presentBasic } from './present-insight.ts'

const LAST = 5
/** As many as a page of a list may have. */
const MAX_AT_ONCE = 1_000

export const viewedBody = z.object({
  insight_ids: z.optional(
    z.unknown().check(z.meta({ type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: MAX_AT_ONCE })),
  ),
})

/** Notes that the user looked at an insight. Throws 404 and 403. */
export async function noteViewed(ctx: KeyCtx, { ref }: { readonly ref: string }): Promise<void> {
  const row = await requireInsight(ctx, ref, 'view')
  await note(ctx, [row.id])
}

/** The same for many; ids that are no insights of the project are ignored. Throws 400 `insight_ids` for a wrong list. */
export async function noteAllViewed(
  ctx: KeyCtx,
  { body }: { readonly body: z.infer<typeof viewedBody> },
): Promise<void> {
  const ids = body.insight_ids
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_AT_ONCE || !ids.every(isId))
    throw invalid('insight_ids', 'Must be a non-empty list of insight IDs')
  await note(ctx, ids.map(Number))
}

const isId = (id: unknown) => (typeof id === 'number' || typeof id === 'string') && readId(String(id)) !== undefined

async function note({ services, project, actor }: KeyCtx, ids: readonly number[]): Promise<void> {
  const visible = isAdmin(actor, project.organizationId) ? 'everything' : granteeOf(actor, project.organizationId)
  await writeInsights(services, await noteViews(services.db, project.id, actor.userId, visible, ids))
}

/** The basic form of the insights that the user looked at most recently. */
export async function showLastViewed(ctx: KeyCtx) {
  const { services, project, actor } = ctx
  const rows = await lastViewed(services.db, project.id, granteeOf(actor, project.organizationId), LAST)
  return rows.map((row) => presentBasic(row, ctx))
}
