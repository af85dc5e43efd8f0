import { canEditDashboard, requireEditor } from '../../access/levels.ts'
import { sqlState } from '../../core/database-error.ts'
import { cannotPass, invalid, notFound, permissionDenied } from '../../core/errors.ts'
import { newShortId } from '../../core/ids.ts'
import { validateQuery } from '../../nodes/index.ts'
import { withholdInsight, writeInsights } from '../../records/insights.ts'
import { readWish } from '../../refresh/policy.ts'
import { type DashboardRow, queryDashboards } from '../../store/dashboards.ts'
import { type InsightChanges, insertInsight, updateInsight } from '../../store/insight-changes.ts'
import { findInsight, type InsightRow, queryFormerTiles, queryInsight } from '../../store/insights.ts'
import type { KeyCtx } from '../ctx.ts'
import { cleanTags } from '../tags.ts'
import { readOverrides } from './narrowing.ts'
import { answerNarrowed } from './retrieve.ts'
import { changesOf, type InsightBody, type InsightInput, type ReadParameters } from './schemas.ts'

export interface SaveInput {
  readonly parameters: ReadParameters
  readonly body: InsightBody
}

/**
 * Stores a new insight and returns it as the API shows it. Throws 400 `parse_error` if the query is no node, 400 if a
 * dashboard does not exist, 403 if the key may not change that dashboard.
 */
export async function createInsight(ctx: KeyCtx, input: SaveInput) {
  // overrides are checked before anything is stored
  readOverrides(input.parameters)
  return presentStored(ctx, await storeNew(ctx, changesOf(input.body)), input)
}

/**
 * Changes an insight and returns it as the API shows it; absent fields keep their value. `undeletes`: the body has the
 * JSON boolean `deleted: false`, which alone brings a deleted insight back. Throws 404 if there is no such insight, 403 if
 * the key may not change it, and as `createInsight`.
 */
export async function changeInsight(
  ctx: KeyCtx,
  { ref, undeletes, ...input }: SaveInput & { readonly ref: string; readonly undeletes: boolean },
) {
  const changes = changesOf(input.body)
  if (changes.deleted === false && !undeletes) delete changes.deleted
  readOverrides(input.parameters)
  return presentStored(ctx, await storeChange(ctx, ref, changes), input)
}

/**
 * A stored insight is answered even if its result fails for a reason that may pass (429, cache, queue or database away):
 * a client that sent a new insight again would have two.
 */
async function presentStored(ctx: KeyCtx, row: InsightRow, { parameters, body }: SaveInput) {
  const wish = readWish('insight', {
    refresh: parameters.refresh ?? body.refresh,
    max_age: parameters.max_age ?? body.max_age,
  })
  return (await answerNarrowed(ctx, row, parameters, { ...wish, cachedAfter: 'temporary' })).insight
}

async function storeNew(
  { services, project, actor }: KeyCtx,
  { dashboards = [], ...values }: InsightInput,
): Promise<InsightRow> {
  checkQuery(values)
  if (dashboards.length > 0)
    checkDashboards({ project, actor }, dashboards, await queryDashboards(services.db, dashboards), [])
  const target = { projectId: project.id, userId: actor.userId, shortId: newShortId() }
  return insertInsight(services.db, target, cleaned(values), dashboards).catch(async (error) => {
    // the insight may have been committed and only the answer lost: a client that sent it again would have two
    const isLost = !cannotPass(error) && sqlState(error) === undefined
    const row = isLost && (await findInsight(services.db, project.id, target.shortId).catch(() => undefined))
    if (!row) throw error
    return row
  })
}

async function storeChange(
  { services, project, actor }: KeyCtx,
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
  // bringing an insight back gives no more rights than there were before it was deleted
  requireEditor(actor, project.organizationId, before.deleted ? { ...before, tiles: former } : before)
  checkQuery(values)
  if (dashboards)
    checkDashboards(
      { project, actor },
      dashboards,
      known,
      before.tiles.map((tile) => tile.dashboard_id),
    )
  const target = { projectId: project.id, id: before.id, userId: actor.userId, undelete, dashboards }
  if (values.deleted) await withholdInsight(services, before)
  const row = await updateInsight(services.db, target, cleaned(values))
  if (!row) throw notFound()
  if (!values.deleted) await writeInsights(services, [row])
  return row
}

/** The actor must be allowed to change each dashboard that the insight is added to; the ones it is on already may stay. */
function checkDashboards(
  { project, actor }: Pick<KeyCtx, 'project' | 'actor'>,
  wanted: readonly number[],
  known: readonly DashboardRow[],
  present: readonly number[],
): void {
  for (const id of wanted) {
    const dashboard = known.find((row) => row.id === id)
    // the same text for a dashboard of another project, so that nobody learns whose it is
    if (!dashboard || dashboard.deleted || dashboard.project_id !== project.id)
      throw invalid('dashboards', `Invalid pk "${id}" - object does not exist.`, 'does_not_exist')
    const guarded = {
      restriction_level: dashboard.restriction_level,
      dashboard_created_by: dashboard.created_by?.id ?? null,
    }
    if (!present.includes(id) && !canEditDashboard(actor, project.organizationId, guarded))
      throw permissionDenied(`You don't have permission to add insights to dashboard: ${id}`)
  }
}

function checkQuery({ query }: InsightChanges): void {
  if (query !== undefined && query !== null && Object.keys(query as object).length > 0) validateQuery(query)
}

function cleaned(values: InsightChanges): InsightChanges {
  return values.tags ? { ...values, tags: cleanTags(values.tags) } : values
}
