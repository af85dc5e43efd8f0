/** Dashboards as the API shows them (docs/insights.md 9, 18). */
import { accessLevel, CAN_EDIT, CAN_VIEW, canEditDashboard, isHidden } from '../../access/levels.ts'
import type { Wish } from '../../refresh/policy.ts'
import type { DashboardRow, DashboardWithTiles, TileRow } from '../../store/dashboards.ts'
import type { InsightRow } from '../../store/insights.ts'
import type { PageCtx } from '../ctx.ts'
import { type DashboardFilters, narrowingOf, type Overrides } from '../insights/narrowing.ts'
import { answeredPage } from '../insights/page.ts'
import { laidOver } from '../viewers/narrowing.ts'

type EditCtx = Pick<PageCtx, 'actor' | 'project'>

export const isEditable = ({ actor, project }: EditCtx, row: DashboardRow): boolean =>
  actor.kind === 'key' &&
  canEditDashboard(actor, project.organizationId, {
    restriction_level: row.restriction_level,
    dashboard_created_by: row.created_by?.id ?? null,
  })

/** A row of the list. */
export const presentDashboardBasic = (row: DashboardRow, ctx: EditCtx) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  pinned: row.pinned,
  created_at: row.created_at,
  created_by: ctx.actor.kind === 'key' ? row.created_by : null,
  last_accessed_at: row.last_accessed_at,
  is_shared: row.is_shared,
  deleted: row.deleted,
  creation_mode: row.creation_mode,
  tags: row.tags,
  restriction_level: row.restriction_level,
  effective_restriction_level: row.restriction_level,
  effective_privilege_level: isEditable(ctx, row) ? CAN_EDIT : CAN_VIEW,
  user_access_level: isEditable(ctx, row) ? 'editor' : 'viewer',
  access_control_version: 'v2',
  last_refresh: null,
  team_id: row.project_id,
})

/** The requested results and overrides of a dashboard. */
export interface DashboardReading {
  /** null: without results. */
  readonly wish: Wish | null
  readonly overrides: Overrides
  /** What a viewer lays over that; null for anybody else. */
  readonly asked: DashboardFilters | null
}

/** The whole dashboard. Hidden insights are left out; the results of the others are looked up in one call. */
export const presentDashboard = async (...of: Parameters<typeof answeredDashboard>) =>
  (await answeredDashboard(...of)).dashboard

/** The same, and what each of its insights was read with, by their ids: its row, what narrows it, its result. */
export async function answeredDashboard(
  ctx: PageCtx,
  found: DashboardWithTiles,
  { wish, overrides, asked }: DashboardReading,
) {
  const { dashboard } = found
  const { actor, project } = ctx
  const isSeen = (row: InsightRow) =>
    actor.kind === 'key'
      ? accessLevel(actor, project.organizationId, row) !== 'none'
      : actor.kind === 'viewer' || !isHidden(row)
  const items = found.insights.filter(isSeen).map((row) => ({
    row,
    narrowing: laidOver(narrowingOf(row, String(dashboard.id), overrides), asked),
  }))
  const answered = await answeredPage(ctx, items, wish)
  const insights = new Map(answered.map(({ insight }) => [insight.id, insight]))
  const reads = new Map(
    items.map(({ row, narrowing }, index) => [row.id, { row, narrowing, entry: answered[index]?.entry ?? null }]),
  )
  const tiles = [...found.tiles].sort(byPlace).flatMap((tile) => {
    const insight = insights.get(tile.insight_id ?? 0)
    return insight || tile.body !== null ? [{ tile, insight: insight ?? null }] : []
  })
  const presented = {
    ...presentDashboardBasic(dashboard, ctx),
    ...presentFilters(ctx, dashboard, overrides),
    breakdown_colors: dashboard.breakdown_colors,
    data_color_theme_id: dashboard.data_color_theme_id,
    tiles: tiles.map(({ tile, insight }, order) => ({
      id: tile.id,
      layouts: tile.layouts,
      color: tile.color,
      order,
      last_refresh: insight?.last_refresh ?? null,
      is_cached: insight?.is_cached ?? false,
      show_description: tile.show_description,
      filters_overrides: (actor.kind === 'key' && tile.filters_overrides) || {},
      insight,
      text: tile.body === null ? null : { body: tile.body, created_by: null, last_modified_at: null },
      button_tile: null,
    })),
  }
  return { dashboard: presented, reads }
}

/** Viewers do not learn what narrows the insights of a dashboard. */
function presentFilters({ actor }: EditCtx, { filters, variables }: DashboardRow, overrides: Overrides) {
  if (actor.kind !== 'key') return { filters: {}, variables: {}, persisted_filters: null, persisted_variables: null }
  return {
    filters: overrides.filters ?? filters,
    variables: overrides.variables ?? variables,
    persisted_filters: orNull(filters),
    persisted_variables: orNull(variables),
  }
}

const orNull = (value: unknown) => (Object.keys((value ?? {}) as object).length > 0 ? value : null)

/** Order of tiles: from top to bottom, from left to right; tiles without a place last, in the order of their making. */
function byPlace(a: TileRow, b: TileRow): number {
  const at = ({ layouts }: TileRow) => (layouts as { sm?: { x?: number; y?: number } } | null)?.sm
  const [one, other] = [at(a), at(b)]
  const by = (axis: 'x' | 'y') => (one?.[axis] ?? Number.MAX_SAFE_INTEGER) - (other?.[axis] ?? Number.MAX_SAFE_INTEGER)
  return by('y') || by('x') || a.id - b.id
}
