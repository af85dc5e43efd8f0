import { recordKey, writeRecords } from '../../cache/records.ts'
import { readId } from '../../core/ids.ts'
import type { Services } from '../../services.ts'
import { findInsights, type InsightRow } from '../../store/insights.ts'

/** The records of a row: by its number and by its short id, which is all that requests can ask for it by. */
export const insightRecords = (row: InsightRow): [string, InsightRow][] =>
  // a short id that looks like a number would be another insight's
  [row.id, ...(readId(row.short_id) === undefined ? [row.short_id] : [])].map((ref) => [
    recordKey.insight(row.project_id, ref),
    row,
  ])

/** Writes the records of rows that have just been read after a commit. */
export const writeInsights = (services: Services, rows: readonly InsightRow[]): Promise<void> =>
  writeRecords(services, rows.flatMap(insightRecords))

/** After a change of what rows are read together with: tiles, rules, views, subscribers. */
export async function rewriteInsights(services: Services, projectId: number, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await writeInsights(services, await findInsights(services.db, projectId, ids))
}
