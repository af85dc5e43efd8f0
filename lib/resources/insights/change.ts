import type { Caller } from '../../access/caller.ts'
import { canonicalJson } from '../../cache/key.ts'
import { recordKey, writeRecords } from '../../cache/records.ts'
import { notFound } from '../../core/errors.ts'
import { randomText } from '../../core/ids.ts'
import type { Project } from '../../core/project.ts'
import { validateQuery } from '../../nodes/index.ts'
import type { Services } from '../../services.ts'
import {
  findInsight,
  type InsightChanges,
  type InsightRow,
  insertInsight,
  updateInsight,
} from '../../store/insights.ts'

/** Fields whose real change moves `last_modified_at` (decisions.md). */
const MODIFYING = ['name', 'description', 'filters', 'query', 'tags'] as const

/** Both names under which requests find an insight. */
const recordsOf = (row: InsightRow): [string, unknown][] =>
  [row.id, row.short_id].map((ref) => [recordKey.insight(row.project_id, ref), row])

/** Checks and stores a new insight. Throws 400 `parse_error` for a query that is no node. */
export async function createInsight(
  services: Services,
  project: Project,
  caller: Caller,
  values: InsightChanges,
): Promise<InsightRow> {
  checkQuery(values)
  return insertInsight(services.db, project.id, caller.userId, randomText(8), cleaned(values))
}

/**
 * Changes an insight; fields that are not given keep their value. Undeletes with `deleted: false`.
 * Throws 404 for an insight that is not there, 400 `parse_error` for a query that is no node.
 */
export async function changeInsight(
  services: Services,
  project: Project,
  caller: Caller,
  ref: string,
  values: InsightChanges,
): Promise<InsightRow> {
  const before = await findInsight(services.db, project.id, ref)
  const undelete = values.deleted === false
  if (!before || (before.deleted && !undelete)) throw notFound()
  checkQuery(values)
  const changes = cleaned(values)
  const modified = MODIFYING.some(
    (key) => changes[key] !== undefined && canonicalJson(changes[key]) !== canonicalJson(before[key]),
  )
  const target = { projectId: project.id, id: before.id, userId: caller.userId }
  const row = await updateInsight(services.db, target, changes, { modified, undelete })
  if (!row) throw notFound()
  await writeRecords(services, recordsOf(row))
  return row
}

function checkQuery({ query }: InsightChanges): void {
  if (query !== undefined && query !== null && Object.keys(query as object).length > 0) validateQuery(query)
}

function cleaned(values: InsightChanges): InsightChanges {
  if (!values.tags) return values
  return { ...values, tags: [...new Set(values.tags.map((tag) => tag.trim().toLowerCase()).filter(Boolean))].sort() }
}
