/** Dashboards: insights side by side, narrowed by what the dashboard says (docs/insights.md 9, 18). */
import type { Caller } from '../access/caller.ts'
import { accessLevel, CAN_EDIT, CAN_VIEW, canEdit, canEditDashboard } from '../access/levels.ts'
import { ApiError, cannotPass, invalid, notFound, permissionDenied } from '../core/errors.ts'
import { readId } from '../core/ids.ts'
import type { Project } from '../core/project.ts'
import { writeInsights } from '../records/insights.ts'
import type { RefreshMode } from '../refresh/policy.ts'
import type { Services } from '../services.ts'
import {
  type DashboardChanges,
  type DashboardRow,
  type DashboardWithTiles,
  findDashboard,
  insertDashboard,
  MAX_TILES,
  type TileChanges,
  type TileRow,
  updateDashboard,
} from '../store/dashboards.ts'
import { checkFilters, narrowingOf, type Overrides } from './insights/narrowing.ts'
import { presentPage } from './insights/page.ts'
import { cleanTags } from './tags.ts'

export interface TileInput extends TileChanges {
  /** null: a new tile, which is a text. */
  readonly id: number | null
}

/** Throws 404 for a dashboard that is not there or is deleted. */
export async function readDashboard(services: Services, project: Project, ref: string): Promise<DashboardWithTiles> {
  const id = readId(ref)
  const found = id === undefined ? undefined : await findDashboard(services.db, project.id, id)
  if (!found || found.dashboard.deleted) throw notFound()
  return found
}

/**
 * `copyOf`: a dashboard whose texts the new one gets, too, and those of its insights that the caller may change, as a
 * tile gives rights. Throws 400 for filters that say what is not known and for a dashboard that is not there.
 */
export async function createDashboard(
  services: Services,
  project: Project,
  caller: Caller,
  changes: DashboardChanges,
  copyOf: number | null,
): Promise<DashboardWithTiles> {
  const original = copyOf === null ? null : await readDashboard(services, project, String(copyOf)).catch(refuseCopy)
  const copied = original && {
    id: original.dashboard.id,
    insights: original.insights.filter((row) => canEdit(caller, project.organizationId, row)).map(({ id }) => id),
  }
  const { whole, moved } = await insertDashboard(services.db, project.id, caller.userId, checked(changes), copied)
  await writeInsights(services, moved)
  return whole
}

function refuseCopy(error: unknown): never {
  if (!(error instanceof ApiError) || error.status !== 404) throw error
  throw invalid('use_dashboard', 'Invalid value provided')
}

/** Throws 404, 403 for a dashboard that the caller may not change, 400 for a tile that is not on it. */
export async function changeDashboard(
  services: Services,
  project: Project,
  caller: Caller,
  ref: string,
  changes: DashboardChanges,
  tiles: readonly TileInput[],
): Promise<DashboardWithTiles> {
  const before = await readDashboard(services, project, ref)
  if (!isEditable(caller, project, before.dashboard))
    throw permissionDenied("You don't have edit permissions for this dashboard.")
  const own = new Set(before.tiles.map(({ id }) => id))
  for (const { id } of tiles)
    if (id !== null && !own.has(id)) throw invalid('tiles', `Tile ${id} is not on this dashboard.`, 'does_not_exist')
  const added = tiles.filter(({ id }) => id === null).length
  const removed = tiles.filter(({ id, deleted }) => id !== null && deleted).length
  if (added > 0 && before.tiles.length + added - removed > MAX_TILES)
    throw invalid('tiles', `A dashboard may have ${MAX_TILES} tiles.`)
  const tileChanges = tiles.map(({ id, ...values }) => ({ id, changes: values }))
  const { id } = before.dashboard
  const { whole, moved } = await updateDashboard(services.db, project.id, id, checked(changes), tileChanges)
  await writeInsights(services, moved)
  return whole
}

function checked(changes: DashboardChanges): DashboardChanges {
  if (changes.filters !== undefined) checkFilters(changes.filters, 'filters')
  return changes.tags ? { ...changes, tags: cleanTags(changes.tags) } : changes
}

const isEditable = (caller: Caller, { organizationId }: Project, row: DashboardRow): boolean =>
  canEditDashboard(caller, organizationId, {
    restriction_level: row.restriction_level,
    dashboard_created_by: row.created_by?.id ?? null,
  })

/** A row of the list. */
export const presentDashboardBasic = (row: DashboardRow, project: Project, caller: Caller) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  pinned: row.pinned,
  created_at: row.created_at,
  created_by: row.created_by,
  last_accessed_at: row.last_accessed_at,
  is_shared: row.is_shared,
  deleted: row.deleted,
  creation_mode: row.creation_mode,
  tags: row.tags,
  restriction_level: row.restriction_level,
  effective_restriction_level: row.restriction_level,
  effective_privilege_level: isEditable(caller, project, row) ? CAN_EDIT : CAN_VIEW,
  user_access_level: isEditable(caller, project, row) ? 'editor' : 'viewer',
  access_control_version: 'v2',
  last_refresh: null,
  team_id: row.project_id,
})

/** How a dashboard is read. */
export interface DashboardReading {
  /** null: without results. */
  readonly mode: RefreshMode | null
  readonly overrides: Overrides
}

/** What has just been stored, whatever becomes of the results on it: who sends it again would have it twice. */
export const presentStoredDashboard = (
  services: Services,
  project: Project,
  caller: Caller,
  found: DashboardWithTiles,
  reading: DashboardReading,
) =>
  presentDashboard(services, project, caller, found, reading).catch((error) => {
    if (cannotPass(error)) throw error
    return presentDashboard(services, project, caller, found, { ...reading, mode: null })
  })

/** The whole dashboard; its insights answer in the way the mode asks, all of them looked up in one call. */
export async function presentDashboard(
  services: Services,
  project: Project,
  caller: Caller,
  found: DashboardWithTiles,
  { mode, overrides }: DashboardReading,
) {
  const { dashboard } = found
  const { organizationId } = project
  const rows = found.insights.filter((row) => accessLevel(caller, organizationId, row) !== 'none')
  const items = rows.map((row) => ({ row, narrowing: narrowingOf(row, String(dashboard.id), overrides) }))
  const presented = await presentPage({ services, project, actor: caller }, items, mode)
  const insights = new Map(presented.map((insight) => [insight.id, insight]))
  const tiles = [...found.tiles].sort(byPlace).flatMap((tile) => {
    const insight = insights.get(tile.insight_id ?? 0)
    return insight || tile.body !== null ? [{ tile, insight: insight ?? null }] : []
  })
  return {
    ...presentDashboardBasic(dashboard, project, caller),
    filters: overrides.filters ?? dashboard.filters,
    variables: overrides.variables ?? dashboard.variables,
    breakdown_colors: dashboard.breakdown_colors,
    data_color_theme_id: dashboard.data_color_theme_id,
    persisted_filters: orNull(dashboard.filters),
    persisted_variables: orNull(dashboard.variables),
    tiles: tiles.map(({ tile, insight }, order) => ({
      id: tile.id,
      layouts: tile.layouts,
      color: tile.color,
      order,
      last_refresh: insight?.last_refresh ?? null,
      is_cached: insight?.is_cached ?? false,
      show_description: tile.show_description,
      filters_overrides: tile.filters_overrides ?? {},
      insight,
      text: tile.body === null ? null : { body: tile.body, created_by: null, last_modified_at: null },
      button_tile: null,
    })),
  }
}

const orNull = (value: unknown) => (Object.keys((value ?? {}) as object).length > 0 ? value : null)

/** From top to bottom, from left to right; those without a place are last, as they were added. */
function byPlace(a: TileRow, b: TileRow): number {
  const at = ({ layouts }: TileRow) => (layouts as { sm?: { x?: number; y?: number } } | null)?.sm
  const [one, other] = [at(a), at(b)]
  const by = (axis: 'x' | 'y') => (one?.[axis] ?? Number.MAX_SAFE_INTEGER) - (other?.[axis] ?? Number.MAX_SAFE_INTEGER)
  return by('y') || by('x') || a.id - b.id
}
