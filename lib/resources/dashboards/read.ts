/** Reading dashboards. */
import { notFound } from '../../core/errors.ts'
import { readId } from '../../core/ids.ts'
import { readWish } from '../../refresh/policy.ts'
import { type DashboardWithTiles, findDashboard, listDashboards } from '../../store/dashboards.ts'
import type { KeyCtx } from '../ctx.ts'
import { readOverrides } from '../insights/narrowing.ts'
import { type DashboardReading, presentDashboard, presentDashboardBasic } from './present.ts'
import type { DashboardListParameters, DashboardParameters } from './schemas.ts'

export interface DashboardListInput {
  readonly parameters: DashboardListParameters
  readonly page: { readonly limit: number; readonly offset: number }
}

/** A page of the project's dashboards, without tiles, and the number of all that match. */
export async function showDashboards(ctx: KeyCtx, { parameters, page }: DashboardListInput) {
  const { rows, count } = await listDashboards(ctx.services.db, ctx.project.id, parameters, page)
  return { count, results: rows.map((row) => presentDashboardBasic(row, ctx)) }
}

/** A dashboard with its insights and their results. Throws 404, and 400 for overrides that cannot be read. */
export async function showDashboard(
  ctx: KeyCtx,
  { ref, parameters }: { readonly ref: string; readonly parameters: DashboardParameters },
) {
  const reading = readingOf(parameters)
  return presentDashboard(ctx, await readDashboard(ctx, ref), reading)
}

/** Throws 400 for overrides that cannot be read. */
export const readingOf = (parameters: DashboardParameters): DashboardReading => ({
  wish: readWish('insight', parameters),
  overrides: readOverrides(parameters),
})

/** A dashboard by its number, with its tiles and insights. Throws 404 if there is none or it is deleted. */
export async function readDashboard({ services, project }: KeyCtx, ref: string): Promise<DashboardWithTiles> {
  const id = readId(ref)
  const found = id === undefined ? undefined : await findDashboard(services.db, project.id, id)
  if (!found || found.dashboard.deleted) throw notFound()
  return found
}
