import { recordKey, writeRecords } from '../../cache/records.ts'
import type { Services } from '../../services.ts'
import { findInsights, type InsightRow } from '../../store/insights.ts'

/** Writes the records of rows that have just been read after a commit, under both names that requests find them by. */
export const writeInsights = (services: Services, rows: readonly InsightRow[]): Promise<void> =>
  writeRecords(
    services,
    rows.flatMap((row) => [row.id, row.short_id].map((ref) => [recordKey.insight(row.project_id, ref), row] as const)),
  )

/** After a change of what rows are read together with: tiles, rules, views, subscribers. */
export async function rewriteInsights(services: Services, projectId: number, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await writeInsights(services, await findInsights(services.db, projectId, ids))
}
