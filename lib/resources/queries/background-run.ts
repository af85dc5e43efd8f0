/** `GET` and `DELETE query/:id`: a background run by its id. */
import { requireScope } from '../../access/authorize.ts'
import type { ViewerActor } from '../../core/actor.ts'
import { notFound } from '../../core/errors.ts'
import { recordKey } from '../../records/record.ts'
import { forgetRun } from '../../refresh/cancel.ts'
import { type CacheEntry, entryKey, unpackEntry } from '../../refresh/entry.ts'
import { knownKey, rememberKey } from '../../refresh/known-keys.ts'
import { readLeader } from '../../refresh/leader.ts'
import type { ReadBefore } from '../../refresh/lookup.ts'
import { parseStatus, type RunStatus, statusKey } from '../../refresh/status.ts'
import { type KeyCtx, seesRows, type ViewedCtx } from '../ctx.ts'
import { requireVisibleInsight } from '../insights/authorize.ts'
import { readRunId, requireOwnRun } from '../viewers/runs.ts'
import { UNCOMPUTABLE } from '../viewers/without-cause.ts'

/** Refers to a run by its id. */
export interface RunReference {
  readonly id: string
  /** What the request has read already. */
  readonly read: ReadBefore
}

/**
 * The keys of Redis that the route of a run reads together with the records of the API key: of its status, and, if the
 * isolate has seen where they are, of its result and of its insight.
 */
export const runRecords = (
  { project_id = '', query_id = '' }: Readonly<Record<string, string>>,
  _query: unknown,
  viewer?: ViewerActor,
): string[] => {
  const status = statusKey(project_id, viewer ? (readRunId(query_id)?.statusId ?? '') : query_id)
  return [status, ...(knownKey(status)?.split(' ') ?? [])]
}

/** The state of a run. `entry` is its result if it has succeeded. */
export interface BackgroundRun {
  readonly status: RunStatus
  readonly entry: CacheEntry | null
}

/**
 * Reads a run. Throws 404 if it is unknown or another viewer's, 403 if its insight is hidden from the caller. Viewers do not
 * learn what its query is made of.
 */
export async function readRun(ctx: ViewedCtx, { id, read }: RunReference): Promise<BackgroundRun> {
  const { actor } = ctx
  if (actor.kind === 'key') return readKnownRun(ctx, { id, read })
  const { statusId, insightId } = await requireOwnRun(actor, id)
  const { status, entry } = await readKnownRun(ctx, { id: statusId, read }, Number(insightId))
  const errorMessage = status.errorMessage && UNCOMPUTABLE
  return {
    status: { ...status, id, insightId: Number(insightId), errorMessage },
    entry: entry && { ...entry, head: { ...entry.head, hogql: '' } },
  }
}

/** `insightId`: the insight that it was read for; that of the run unless given. */
async function readKnownRun(ctx: ViewedCtx, reference: RunReference, insightId?: number): Promise<BackgroundRun> {
  const { services, project } = ctx
  const found = await findStatus(ctx, reference)
  const status = insightId === undefined ? found : { ...found, insightId }
  if (!status.complete) return { status, entry: null }
  const key = entryKey(project.id, status.cacheKey)
  const insightKeys = status.insightId === null ? [] : [recordKey.insight(project.id, status.insightId)]
  const keys = [key, ...insightKeys]
  const { texts } = reference.read
  const [text, insight] = keys.every((name) => texts.has(name))
    ? keys.map((name) => texts.get(name) ?? null)
    : await services.redis.mget<(string | null)[]>(...keys)
  await requireSight(ctx, status.insightId, insight)
  if (status.error) return { status, entry: null }
  const entry = await unpackEntry(text ?? (await readLeader(services, [key]))[0])
  if (!entry || !seesRows(ctx, entry.forced)) throw unknownRun(ctx, status.id)
  rememberKey(statusKey(project.id, status.id), keys.join(' '))
  return { status, entry }
}

/**
 * Cancels a run and its statement and deletes its status; a later delivery does nothing. Throws as `readRun`, and 503
 * if Redis is away.
 */
export async function cancelRun(ctx: KeyCtx, reference: RunReference): Promise<void> {
  const { id, insightId } = await findStatus(ctx, reference)
  await requireSight(ctx, insightId)
  await forgetRun(ctx.services, ctx.project.id, id)
}

async function findStatus(ctx: ViewedCtx, { id, read }: RunReference): Promise<RunStatus> {
  const { services, project } = ctx
  // the replica may not have the status yet
  const key = statusKey(project.id, id)
  const text = read.texts.get(key) ?? (await readLeader(services, [key]))[0]
  const status = parseStatus(text, services.now())
  if (!status || !seesRows(ctx, status.forced)) throw unknownRun(ctx, id)
  return status
}

const unknownRun = ({ project }: ViewedCtx, id: string) => notFound(`Query ${id} not found for team ${project.id}`)

/** Throws 403 or 404 if the run is of an insight that the caller may not read. */
async function requireSight(ctx: ViewedCtx, insightId: number | null, record?: string | null): Promise<void> {
  if (insightId === null) return
  if (ctx.actor.kind === 'key') requireScope(ctx.actor, 'insight:read')
  await requireVisibleInsight(ctx, insightId, record)
}
