import type { Caller } from '../../access/caller.ts'
import { requireEditor, requireViewer } from '../../access/levels.ts'
import { notFound } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import type { Services } from '../../services.ts'
import { findInsight, type InsightRow } from '../../store/insights.ts'

/** An insight as Postgres has it now. Throws 404, also for one that is deleted, and 403 for who may not do that with it. */
export async function requireInsight(
  services: Services,
  project: Project,
  caller: Caller,
  ref: string,
  to: 'view' | 'edit',
): Promise<InsightRow> {
  const row = await findInsight(services.db, project.id, ref)
  if (!row || row.deleted) throw notFound()
  const require = to === 'edit' ? requireEditor : requireViewer
  require(caller, project.organizationId, row)
  return row
}
