/** Insights that the actor may reach. */
import { requireEditor, requireViewer } from '../../access/levels.ts'
import { dashboardsOf, namesInsight } from '../../access/viewer.ts'
import { notFound } from '../../core/errors.ts'
import { parseRecord, type Recorded, recordKey } from '../../records/record.ts'
import { findInsight, type InsightRow } from '../../store/insights.ts'
import type { InsightTarget } from '../../store/refresh-hooks.ts'
import type { KeyCtx, ReaderCtx, ViewedCtx } from '../ctx.ts'
import { readInsight } from './read.ts'

/**
 * An insight by its number or short id, as Postgres has it now. Throws 404 if there is none or it is deleted, 403 if the
 * actor may not view or edit it.
 */
export async function requireInsight(
  { services, project, actor }: KeyCtx,
  ref: string,
  to: 'view' | 'edit',
): Promise<InsightRow> {
  const row = await findInsight(services.db, project.id, ref)
  if (!row || row.deleted) throw notFound()
  const check = to === 'edit' ? requireEditor : requireViewer
  check(actor, project.organizationId, row)
  return row
}

/**
 * An insight from its record, else from Postgres. Throws 404 if there is none, it is deleted, the link opens another one
 * or the viewer's token names it not; 403 if a rule hides it from the key.
 */
export async function readVisibleInsight(
  ctx: ReaderCtx,
  ref: string,
  recorded: Recorded<InsightRow>,
): Promise<InsightRow> {
  const { actor, project } = ctx
  if (actor.kind === 'link') {
    const { insight } = actor
    if (insight.deleted || (ref !== String(insight.id) && ref !== insight.short_id)) throw notFound()
    return insight
  }
  const row = await readInsight(ctx, ref, recorded)
  if (actor.kind === 'viewer') {
    if (!namesInsight(actor, row) && dashboardsOf(actor, row).length === 0) throw notFound()
    return row
  }
  requireViewer(actor, project.organizationId, row)
  return row
}

/**
 * Checks the insight for which people or a background run were computed. `record`: the text of the insight's record, if
 * it was read with something else. Throws 404 if the insight is gone, 403 if it is hidden from the actor.
 */
export async function requireVisibleInsight(ctx: ViewedCtx, insightId: number, record?: string | null): Promise<void> {
  const { services, project } = ctx
  const text = record ?? (await services.redis.get<string>(recordKey.insight(project.id, insightId)).catch(() => null))
  await readVisibleInsight(ctx, String(insightId), parseRecord(text))
}

/** The insight that the key may edit, as the target of a change. Throws 404 and 403. */
export async function editTarget(ctx: KeyCtx, ref: string): Promise<InsightTarget> {
  const insight = await requireInsight(ctx, ref, 'edit')
  return { projectId: ctx.project.id, insightId: insight.id, userId: ctx.actor.userId }
}
