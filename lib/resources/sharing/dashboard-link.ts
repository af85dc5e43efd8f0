/** The sharing link of a dashboard, and what it shows. */
import { ApiError, notFound } from '../../core/errors.ts'
import { responseOf } from '../../refresh/entry.ts'
import { readWish, type WishParameters } from '../../refresh/policy.ts'
import type { ShownTile } from '../../render/dashboard-page.ts'
import { findDashboard } from '../../store/dashboards.ts'
import type { KeyCtx } from '../ctx.ts'
import { answeredDashboard, isEditable } from '../dashboards/present.ts'
import { readDashboard } from '../dashboards/read.ts'
import { dashboardValidity, type Validity } from '../validity.ts'
import { changeLink, type LinkOwner, readLink, refreshLink } from './link.ts'
import type { SharingBody } from './settings.ts'
import { looksOfInsight, type OpenDashboard, secondsKept } from './shared.ts'

/** `ref`: the number of the dashboard. Throws 404, as all here. */
export const readDashboardSharing = async (ctx: KeyCtx, ref: string) => readLink(ctx, await ownerOf(ctx, ref))

/** Throws as `changeLink`. */
export const changeDashboardSharing = async (ctx: KeyCtx, ref: string, body: SharingBody) =>
  changeLink(ctx, await ownerOf(ctx, ref), body)

export const refreshDashboardSharing = async (ctx: KeyCtx, ref: string) => refreshLink(ctx, await ownerOf(ctx, ref))

async function ownerOf(ctx: KeyCtx, ref: string): Promise<LinkOwner> {
  const { dashboard, tiles } = await readDashboard(ctx, ref).catch((error) => {
    throw error instanceof ApiError && error.status === 404 ? gone() : error
  })
  return {
    target: { of: 'dashboard', projectId: dashboard.project_id, id: dashboard.id },
    isEditable: isEditable(ctx, dashboard),
    problem: tiles.length === 0 ? 'The dashboard has no tiles.' : null,
    missing: () => {
      throw gone()
    },
  }
}

const gone = () => notFound('Dashboard not found.')

/**
 * The dashboard as the API shows it through a link, with its own filters alone; the results are those that the dashboard
 * itself shows, unless the link has filters. Throws 404 if it is deleted.
 */
export async function showSharedDashboard({ ctx, dashboardId, found }: OpenDashboard, parameters: WishParameters) {
  const { services, project, actor } = ctx
  const whole = found ?? (await findDashboard(services.db, project.id, dashboardId))
  if (!whole || whole.dashboard.deleted) throw notFound()
  const reading = { wish: readWish('shared', parameters), overrides: NO_OVERRIDES, asked: null }
  const { dashboard, reads } = await answeredDashboard(ctx, whole, reading)
  const { allowed_ancestors: ancestors } = actor.settings
  const validity: Validity = dashboardValidity(dashboard, secondsKept(ctx), [ancestors])
  const shownTiles = (): ShownTile[] =>
    dashboard.tiles.map(({ layouts, text, insight }) => {
      const read = insight && reads.get(insight.id)
      const result = read?.entry ? responseOf(read.entry) : null
      const looks = read && looksOfInsight(read.row, read.narrowing)
      return { layouts, text: text?.body ?? null, insight: insight && { ...insight, result, looks } }
    })
  return { dashboard, shownTiles, head: { validity, ancestors } }
}
const NO_OVERRIDES = { filters: null, variables: null }
