/** Making and changing dashboards. */
import { canEdit } from '../../access/levels.ts'
import { ApiError, cannotPass, invalid, notSupported, permissionDenied } from '../../core/errors.ts'
import { writeInsights } from '../../records/insights.ts'
import {
  type DashboardChanges,
  type DashboardWithTiles,
  insertDashboard,
  MAX_TILES,
  updateDashboard,
} from '../../store/dashboards.ts'
import type { KeyCtx } from '../ctx.ts'
import { checkFilters } from '../insights/narrowing.ts'
import { cleanTags } from '../tags.ts'
import { type DashboardReading, isEditable, presentDashboard } from './present.ts'
import { readDashboard, readingOf } from './read.ts'
import { changesOf, type DashboardBody, type DashboardParameters, tilesOf } from './schemas.ts'

export interface SaveDashboardInput {
  readonly parameters: DashboardParameters
  readonly body: DashboardBody
}

/**
 * Stores a new dashboard and returns it as the API shows it. A copy (`use_dashboard`) gets the texts of the original and
 * those of its insights that the key may edit, since a tile gives rights. Throws 400 for unknown filters, for tiles, and for
 * an original that does not exist.
 */
export async function createDashboard(ctx: KeyCtx, { parameters, body }: SaveDashboardInput) {
  const { services, project, actor } = ctx
  if (body.use_template) throw notSupported('use_template', 'Making a dashboard from a template')
  if (body.tiles) throw invalid('tiles', 'A new dashboard has no tiles yet: add insights by their `dashboards`.')
  const reading = readingOf(parameters)
  const copyOf = body.use_dashboard ?? null
  const original = copyOf === null ? null : await readDashboard(ctx, String(copyOf)).catch(refuseCopy)
  const copied = original && {
    id: original.dashboard.id,
    insights: original.insights.filter((row) => canEdit(actor, project.organizationId, row)).map(({ id }) => id),
  }
  const { whole, moved } = await insertDashboard(
    services.db,
    project.id,
    actor.userId,
    checked(changesOf(body)),
    copied,
  )
  await writeInsights(services, moved)
  return presentStored(ctx, whole, reading)
}

function refuseCopy(error: unknown): never {
  if (!(error instanceof ApiError) || error.status !== 404) throw error
  throw invalid('use_dashboard', 'Invalid value provided')
}

/**
 * Changes a dashboard and its tiles, and returns it as the API shows it. Throws 404, 403 if the key may not change the
 * dashboard, 400 for a tile that is not on it.
 */
export async function changeDashboard(ctx: KeyCtx, { ref, parameters, body }: SaveDashboardInput & { ref: string }) {
  const { services, project } = ctx
  const reading = readingOf(parameters)
  const changes = changesOf(body)
  const tiles = tilesOf(body)
  const before = await readDashboard(ctx, ref)
  if (!isEditable(ctx, before.dashboard)) throw permissionDenied("You don't have edit permissions for this dashboard.")
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
  return presentStored(ctx, whole, reading)
}

function checked(changes: DashboardChanges): DashboardChanges {
  if (changes.filters !== undefined) checkFilters(changes.filters, 'filters')
  return changes.tags ? { ...changes, tags: cleanTags(changes.tags) } : changes
}

/**
 * A stored dashboard is answered without results if they fail for a reason that may pass: a client that sent it again
 * would have it twice.
 */
const presentStored = (ctx: KeyCtx, found: DashboardWithTiles, reading: DashboardReading) =>
  presentDashboard(ctx, found, reading).catch((error) => {
    if (cannotPass(error)) throw error
    return presentDashboard(ctx, found, { ...reading, wish: null })
  })
