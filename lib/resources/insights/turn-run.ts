/** A turn of a schedule as runs, which deliveries of the turn carry out themselves. */
import { ApiError, cannotPass } from '../../core/errors.ts'
import type { PreparedQuery } from '../../refresh/prepare.ts'
import { type RunMessage, startHere } from '../../refresh/queue.ts'
import type { Delivered } from '../../refresh/run.ts'
import type { Services } from '../../services.ts'
import type { CurrentTurn, Turn } from '../../store/schedules.ts'
import { asSystem } from '../ctx.ts'
import { isEmpty, type Narrowing, NOT_NARROWED, narrowingOf } from './narrowing.ts'
import { notifyFailed } from './notify.ts'
import { prepareInsight } from './read.ts'
import { deliverRun, failRun } from './run.ts'

/** One result that a turn refreshes. */
export interface Refresh {
  readonly query: PreparedQuery
  /** The insight as it is: its subscribers are told. */
  readonly isWhole: boolean
  /** Different for each result of a turn, the same for each delivery. */
  readonly runId: string
}

/** Dashboards on which an insight is kept warm. */
const MAX_TILES = 5
const NO_OVERRIDES = { filters: null, variables: null }

/** The insight as it is. If it cannot be computed its subscribers are told, and there is nothing to refresh. */
export async function wholeRefresh(services: Services, current: CurrentTurn, { turn }: Turn): Promise<Refresh[]> {
  const runId = `turn-${turn}`
  const query = await prepare(services, current, NOT_NARROWED)
  if (!(query instanceof ApiError)) return query ? [{ query, isWhole: true, runId }] : []
  if (!cannotPass(query)) throw query
  const { project, insight } = current
  const now = services.now().toISOString()
  const status = { runId, startTime: now, endTime: now, errorMessage: query.detail }
  if (insight.subscribed) await notifyFailed(services, project.id, insight.id, status)
  return []
}

/** The insight as it is and as its dashboards show it, each result once. */
export async function shownRefreshes(services: Services, current: CurrentTurn, { turn }: Turn): Promise<Refresh[]> {
  const { insight } = current
  const tiles = insight.tiles.slice(0, MAX_TILES).map(({ dashboard_id }) => String(dashboard_id))
  const narrowings = [NOT_NARROWED, ...tiles.map((dashboard) => narrowingOf(insight, dashboard, NO_OVERRIDES))]
  const refreshes = new Map<string, Refresh>()
  for (const [index, narrowing] of narrowings.entries()) {
    const query = await prepare(services, current, narrowing)
    if (!query || query instanceof ApiError || refreshes.has(query.key)) continue
    refreshes.set(query.key, { query, isWhole: isEmpty(narrowing), runId: `turn-${turn}-${index}` })
  }
  return [...refreshes.values()]
}

const prepare = (services: Services, { project, insight }: CurrentTurn, narrowing: Narrowing) =>
  prepareInsight({ ...asSystem(services), project }, insight, narrowing)

/** Starts the run, or goes on with that of a delivery before, and carries it out. Undefined: another one is under way. */
export async function carryOut(
  services: Services,
  current: CurrentTurn,
  refresh: Refresh,
  wantedAt: number,
): Promise<Delivered | undefined> {
  const run = await start(services, current, refresh, wantedAt)
  return run && deliverRun(asSystem(services), run)
}

/** Ends the run as failed, unless it has ended or another one is under way. */
export async function giveUp(
  services: Services,
  current: CurrentTurn,
  refresh: Refresh,
  wantedAt: number,
  reason: string,
): Promise<void> {
  const run = await start(services, current, refresh, wantedAt)
  if (run) await failRun(asSystem(services), run, reason)
}

function start(
  services: Services,
  { project, insight }: CurrentTurn,
  { query, isWhole, runId }: Refresh,
  wantedAt: number,
): Promise<RunMessage | undefined> {
  const request = {
    statusId: query.key,
    cacheKey: query.key,
    query: query.query,
    forced: query.forced,
    timezone: query.timezone,
    insightId: insight.id,
    subscribed: isWhole ? insight.subscribed : undefined,
    mayBeUnmoved: true,
  }
  return startHere(services, project, request, { runId, wantedAt })
}
