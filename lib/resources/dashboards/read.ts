/** Reading dashboards. */
import { seesDashboard } from '../../access/viewer.ts'
import { notFound } from '../../core/errors.ts'
import { readId } from '../../core/ids.ts'
import { readWish } from '../../refresh/policy.ts'
import { type DashboardWithTiles, findDashboard, listDashboards } from '../../store/dashboards.ts'
import type { ViewedCtx, ViewerCtx } from '../ctx.ts'
import { readOverrides } from '../insights/narrowing.ts'
import { readAllowed } from '../viewers/narrowing.ts'
import { type DashboardReading, presentDashboard, presentDashboardBasic } from './present.ts'
import type { DashboardListParameters, DashboardParameters } from './schemas.ts'

export interface DashboardListInput {
  readonly parameters: DashboardListParameters
  readonly page: { readonly limit: number; readonly offset: number }
}

/** A page of the dashboards that the actor sees, without tiles, and the number of all that match. */
export async function showDashboards(ctx: ViewedCtx, { parameters, page }: DashboardListInput) {
  const { services, project, actor } = ctx
  const named = actor.kind === 'viewer' ? actor.dashboards : undefined
  const { rows, count } = await listDashboards(services.db, project.id, { ...parameters, named }, page)
  return { count, results: rows.map((row) => presentDashboardBasic(row, ctx)) }
}

/** A dashboard with its insights and their results. Throws 404, and 400 for overrides that cannot be read. */
export async function showDashboard(
  ctx: ViewedCtx,
  { ref, parameters }: { readonly ref: string; readonly parameters: DashboardParameters },
) {
  if (ctx.actor.kind === 'viewer') return showToViewer({ ...ctx, actor: ctx.actor }, ref, parameters)
  const reading = readingOf(parameters)
  return presentDashboard(ctx, await readDashboard(ctx, ref), reading)
}

/** Throws 404 unless the token names the dashboard, 403 for overrides that it does not allow. */
async function showToViewer(ctx: ViewerCtx, ref: string, parameters: DashboardParameters) {
  const asked = readAllowed(ctx.actor, parameters)
  const found = await readDashboard(ctx, ref)
  if (!seesDashboard(ctx.actor, found.dashboard)) throw notFound()
  return presentDashboard(ctx, found, { wish: readWish('shared', parameters), overrides: NO_OVERRIDES, asked })
}
const NO_OVERRIDES = { filters: null, variables: null }

/** Throws 400 for overrides that cannot be read. */
export const readingOf = (parameters: DashboardParameters): DashboardReading => ({
  wish: readWish('insight', parameters),
  overrides: readOverrides(parameters),
  asked: null,
})

/** A dashboard by its number, with its tiles and insights. Throws 404 if there is none or it is deleted. */
export async function readDashboard({ services, project }: ViewedCtx, ref: string): Promise<DashboardWithTiles> {
  const id = readId(ref)
  const found = id === undefined ? undefined : await findDashboard(services.db, project.id, id)
  if (!found || found.dashboard.deleted) throw notFound()
  return found
}
