import type { Caller } from '../../access/caller.ts'
import { canEditDashboard, requireEditor } from '../../access/levels.ts'
import { sqlState } from '../../core/database-error.ts'
import { cannotPass, invalid, notFound, permissionDenied } from '../../core/errors.ts'
import { newShortId } from '../../core/ids.ts'
import type { Project } from '../../core/project.ts'
import { validateQuery } from '../../nodes/index.ts'
import { withholdInsight, writeInsights } from '../../records/insights.ts'
import type { Services } from '../../services.ts'
import { type DashboardRow, queryDashboards } from '../../store/dashboards.ts'
import { type InsightChanges, insertInsight, updateInsight } from '../../store/insight-changes.ts'
import { findInsight, type InsightRow, queryFormerTiles, queryInsight } from '../../store/insights.ts'

export interface InsightInput extends InsightChanges {
  /** The whole new set of dashboards; absent = as it is. */
  readonly dashboards?: readonly number[]
}

/**
 * Checks and stores a new insight. Throws 400 `parse_error` for a query that is no node, 400 for a dashboard that is not
 * there, 403 for one that the caller may not change.
 */
export async function createInsight(
  services: Services,
  project: Project,
  caller: Caller,
  { dashboards = [], ...values }: InsightInput,
): Promise<InsightRow> {
  checkQuery(values)
  if (dashboards.length > 0)
    checkDashboards(project, caller, dashboards, await queryDashboards(services.db, dashboards), [])
  const target = { projectId: project.id, userId: caller.userId, shortId: newShortId() }
  return insertInsight(services.db, target, cleaned(values), dashboards).catch(async (error) => {
    // the commit may have been done and its answer lost: who sends it again would have two
    const isLost = !cannotPass(error) && sqlState(error) === undefined
    const row = isLost && (await findInsight(services.db, project.id, target.shortId).catch(() => undefined))
    if (!row) throw error
    return row
  })
}

/**
 * Changes an insight; fields that are not given keep their value. Undeletes with `deleted: false`.
 * Throws 404 for an insight that is not there, 403 for one that the caller may not change, and as creating does.
 */
export async function changeInsight(
  services: Services,
  project: Project,
  caller: Caller,
  ref: string,
  { dashboards, ...values }: InsightInput,
): Promise<InsightRow> {
  const [[before], known, former] = await services.db.batch([
    queryInsight(services.db, project.id, ref),
    queryDashboards(services.db, dashboards ?? []),
    queryFormerTiles(services.db, project.id, ref),
  ])
  const undelete = values.deleted === false
  if (!before || (before.deleted && !undelete)) throw notFound()
  // who brings an insight back gets no more than there was before it was deleted
  requireEditor(caller, project.organizationId, before.deleted ? { ...before, tiles: former } : before)
  checkQuery(values)
  if (dashboards)
    checkDashboards(
      project,
      caller,
      dashboards,
      known,
      before.tiles.map((tile) => tile.dashboard_id),
    )
  const target = { projectId: project.id, id: before.id, userId: caller.userId, undelete, dashboards }
  if (values.deleted) await withholdInsight(services, before)
  const row = await updateInsight(services.db, target, cleaned(values))
  if (!row) throw notFound()
  if (!values.deleted) await writeInsights(services, [row])
  return row
}

/** Only dashboards that the insight is not on yet must be ones that the caller may change. */
function checkDashboards(
  project: Project,
  caller: Caller,
  wanted: readonly number[],
  known: readonly DashboardRow[],
  present: readonly number[],
): void {
  for (const id of wanted) {
    const dashboard = known.find((row) => row.id === id)
    // one text for both: whose dashboard a number is concerns nobody else
    if (!dashboard || dashboard.deleted || dashboard.project_id !== project.id)
      throw invalid('dashboards', `Invalid pk "${id}" - object does not exist.`, 'does_not_exist')
    const guarded = {
      restriction_level: dashboard.restriction_level,
      dashboard_created_by: dashboard.created_by?.id ?? null,
    }
    if (!present.includes(id) && !canEditDashboard(caller, project.organizationId, guarded))
      throw permissionDenied(`You don't have permission to add insights to dashboard: ${id}`)
  }
}

function checkQuery({ query }: InsightChanges): void {
  if (query !== undefined && query !== null && Object.keys(query as object).length > 0) validateQuery(query)
}

function cleaned(values: InsightChanges): InsightChanges {
  return values.tags ? { ...values, tags: cleanTags(values.tags) } : values
}

/** Trimmed, in lower case, each once. */
export const cleanTags = (tags: readonly string[]): string[] =>
  [...new Set(tags.map((tag) => tag.trim().toLowerCase()).filter(Boolean))].sort()
