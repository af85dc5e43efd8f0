/** `GET` and `DELETE query/:id`: a background run by its id. */
import { requireScope } from '../../access/authorize.ts'
import { notFound } from '../../core/errors.ts'
import { recordKey } from '../../records/record.ts'
import { forgetRun } from '../../refresh/cancel.ts'
import { type CacheEntry, entryKey, unpackEntry } from '../../refresh/entry.ts'
import { readLeader } from '../../refresh/leader.ts'
import { parseStatus, type RunStatus, statusKey } from '../../refresh/status.ts'
import type { KeyCtx } from '../ctx.ts'
import { requireVisibleInsight } from '../insights/authorize.ts'

/** A run that a request names. */
export interface RunReference {
  readonly id: string
  /** The text of its status; null when the read that came with the key found none. */
  readonly status: string | null
}

/** The key of a status, by the parameters of the path: read together with the caller's key. */
export const runRecords = ({ project_id, query_id }: Readonly<Record<string, string>>): string[] => [
  statusKey(project_id ?? '', query_id ?? ''),
]

/** How far a run is; `entry` is the result of one that succeeded. */
export interface BackgroundRun {
  readonly status: RunStatus
  readonly entry: CacheEntry | null
}

/** Throws 404 for a run that is not known, 403 for one whose insight is hidden from the caller. */
export async function readRun(ctx: KeyCtx, reference: RunReference): Promise<BackgroundRun> {
  const { services, project } = ctx
  const status = await findStatus(ctx, reference)
  if (!status.complete) return { status, entry: null }
  const key = entryKey(project.id, status.cacheKey)
  const insightKeys = status.insightId === null ? [] : [recordKey.insight(project.id, status.insightId)]
  const [text, insight] = await services.redis.mget<(string | null)[]>(key, ...insightKeys)
  await requireSight(ctx, status.insightId, insight)
  if (status.error) return { status, entry: null }
  const entry = await unpackEntry(text ?? (await readLeader(services, [key]))[0])
  if (!entry) throw unknownRun(ctx, status.id)
  return { status, entry }
}

/** Cancels a run, its statement too, and forgets it; a delivery that comes later does nothing. Throws as `readRun`. */
export async function cancelRun(ctx: KeyCtx, reference: RunReference): Promise<void> {
  const { id, insightId } = await findStatus(ctx, reference)
  await requireSight(ctx, insightId)
  await forgetRun(ctx.services, ctx.project.id, id)
}

async function findStatus(ctx: KeyCtx, { id, status: known }: RunReference): Promise<RunStatus> {
  const { services, project } = ctx
  // a replica may not have it yet
  const text = known ?? (await readLeader(services, [statusKey(project.id, id)]))[0]
  const status = parseStatus(text, services.now())
  if (!status) throw unknownRun(ctx, id)
  return status
}

const unknownRun = ({ project }: KeyCtx, id: string) => notFound(`Query ${id} not found for team ${project.id}`)

/** What a run found for an insight is for callers who may read that insight. */
async function requireSight(ctx: KeyCtx, insightId: number | null, record?: string | null): Promise<void> {
  if (insightId === null) return
  requireScope(ctx.actor, 'insight:read')
  await requireVisibleInsight(ctx, insightId, record)
}
