import type { Caller } from '../../access/caller.ts'
import { requireEditor, requireViewer } from '../../access/levels.ts'
import { notFound } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import { parseRecord, recordKey } from '../../records/record.ts'
import type { Services } from '../../services.ts'
import { findInsight, type InsightRow } from '../../store/insights.ts'
import { readInsight } from './read.ts'

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

/**
 * For what was computed for an insight: its people, its background runs. `record`: the text of the insight's record;
 * undefined when it was not read with something else. Throws 404 for an insight that is gone and 403 for one that is
 * hidden from the caller.
 */
export async function requireVisible(
  services: Services,
  project: Project,
  caller: Caller,
  insightId: number,
  record?: string | null,
): Promise<void> {
  const text = record ?? (await services.redis.get<string>(recordKey.insight(project.id, insightId)).catch(() => null))
  const row = await readInsight(services, project, String(insightId), parseRecord(text))
  requireViewer(caller, project.organizationId, row)
}
