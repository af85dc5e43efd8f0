/** The receiving side of a background run. QStash delivers at least once, in any order. */
import { ApiError, notFound, unavailable } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import { tellFailed, tellRefreshed } from '../resources/insights/tell.ts'
import type { Services } from '../services.ts'
import { findProject } from '../store/projects.ts'
import { statementName } from './cancel.ts'
import { computeEntry, storeEntry } from './compute.ts'
import { type CacheEntry, entryKey, unpackEntry } from './entry.ts'
import { acquireLock, lockKey, RELEASE } from './lock.ts'
import { prepareQuery } from './prepare.ts'
import type { RunMessage } from './queue.ts'
import { GONE, RECORD_TTL_SECONDS, recordKey } from './records.ts'
import { CANCELLED, parseStatus, REPLACE_STATUS, type RunStatus, STATUS_TTL_SECONDS, statusKey } from './status.ts'

export type RunOutcome = 'computed' | 'there already' | 'cancelled' | 'superseded'

/** A cause that may pass is worth another delivery. */
export const mayPass = (error: unknown): boolean => error instanceof ApiError && [429, 503, 504].includes(error.status)

/**
 * Computes what a message asks for and completes its status, unless that was cancelled meanwhile; then tells the
 * subscribers of the insight. Throws 503 when another run holds the lock or nobody could be told, and what computing
 * throws; then another delivery does what is left.
 */
export async function runMessage(services: Services, message: RunMessage): Promise<RunOutcome> {
  const { projectId, statusId, runId, cacheKey, enqueuedAt } = message
  const keys = [recordKey.project(projectId), entryKey(projectId, cacheKey), statusKey(projectId, statusId)]
  const [projectText, entryText, statusText, insightText] = await services.redis.mget<(string | null)[]>(
    ...keys,
    ...insightKeys(message),
  )
  const isTold = hasSubscribers(services, message, insightText)
  const known = parseStatus(statusText)
  const ended = endOf(statusText, runId)
  // the delivery before may have ended between storing and telling
  if (ended === 'there already' && known && isTold) await tellAgain(services, message, known)
  if (ended) return ended
  const entry = await unpackEntry(entryText)
  if (entry && entry.lastRefresh > enqueuedAt) {
    if (!(await replaceStatus(services, projectId, statusText, completed(services, message, known)))) return 'cancelled'
    if (isTold && message.insight) await tellRefreshed(services, projectId, message.insight.id, cacheKey, entry)
    return 'there already'
  }
  const computed = await computeRun(services, message, projectText ?? null, statusText ?? null)
  if (typeof computed === 'string') return computed
  if (isTold && message.insight)
    await tellRefreshed(services, projectId, message.insight.id, computed.key, computed.entry)
  return 'computed'
}

/** The result, stored; or how the run ended instead. */
async function computeRun(
  services: Services,
  message: RunMessage,
  projectText: string | null,
  statusText: string | null,
): Promise<{ key: string; entry: CacheEntry } | RunOutcome> {
  const { projectId, statusId, runId, cacheKey } = message
  const lock = lockKey(projectId, cacheKey)
  if (!(await acquireLock(services, lock, runId))) throw unavailable('Another run computes this result.', 2)
  try {
    const project = await requireProject(services, projectId, projectText)
    const prepared = await prepareQuery(project, message.query, services.now())
    const { key } = prepared
    const entry = await computeEntry(services, project, prepared, await statementName(projectId, statusId))
    // the project may have changed since: the status must lead to where the result lies now
    const status = { ...completed(services, message, parseStatus(statusText)), cacheKey: key }
    const ending = { status, replaces: statusText }
    const { completed: isDone } = await storeEntry(services, projectId, key, entry, { lock, runId }, ending)
    return isDone ? { key, entry } : 'cancelled'
  } catch (error) {
    const ended = endOf(await releaseAndRead(services, lock, message), runId)
    // the database says the same of a cancel and of a timeout
    if (ended) return ended
    throw error
  }
}

/** How a run has ended, by its status; undefined while it has not. */
function endOf(statusText: string | null | undefined, runId: string): RunOutcome | undefined {
  if (statusText === CANCELLED) return 'cancelled'
  const known = parseStatus(statusText)
  if (known && known.runId !== runId) return 'superseded'
  if (known?.complete) return known.cancelled ? 'cancelled' : 'there already'
  return undefined
}

/** Frees the lock; the status as it is now, null when Redis is away. */
async function releaseAndRead({ redis }: Services, lock: string, { projectId, statusId, runId }: RunMessage) {
  const pipeline = redis.pipeline()
  pipeline.eval(RELEASE, [lock], [runId])
  pipeline.get(statusKey(projectId, statusId))
  const [, text] = await pipeline.exec<[number, string | null]>().catch(() => [0, null] as const)
  return text
}

/**
 * Ends a run as failed, unless it ended otherwise or another run took its place, and tells the subscribers. Throws 503
 * when nobody could be told.
 */
export async function failRun(services: Services, message: RunMessage, reason: string | null): Promise<void> {
  const { projectId, statusId, runId } = message
  const [text, insightText] = await services.redis.mget<(string | null)[]>(
    statusKey(projectId, statusId),
    ...insightKeys(message),
  )
  const known = parseStatus(text)
  const ended = endOf(text, runId)
  const status = { ...completed(services, message, known), error: true, errorMessage: reason }
  if (!ended && !(await replaceStatus(services, projectId, text, status))) return
  // the delivery before may have ended between storing and telling
  const failed = ended ? (ended === 'there already' && known?.error ? known : undefined) : status
  if (!failed || !message.insight || !hasSubscribers(services, message, insightText)) return
  await tellFailed(services, projectId, message.insight.id, failed)
}

const insightKeys = ({ projectId, insight }: RunMessage) => (insight ? [recordKey.insight(projectId, insight.id)] : [])

/** Whether somebody may have to be told; only a record that has expired leaves it to Postgres. */
function hasSubscribers(services: Services, message: RunMessage, insightText: string | null | undefined): boolean {
  const { insight, enqueuedAt } = message
  if (!insight || insightText === GONE) return false
  if (insightText) return JSON.parse(insightText).subscribed === true
  // who subscribed since wrote a record, which would still be there
  const isRecent = services.now().getTime() - enqueuedAt < RECORD_TTL_SECONDS * 1_000
  return insight.subscribed || !isRecent
}

async function tellAgain(services: Services, { projectId, insight }: RunMessage, status: RunStatus): Promise<void> {
  if (!insight) return
  if (status.error) return tellFailed(services, projectId, insight.id, status)
  const { cacheKey } = status
  const entry = await unpackEntry(await services.redis.get<string>(entryKey(projectId, cacheKey)))
  if (entry) await tellRefreshed(services, projectId, insight.id, cacheKey, entry)
}

async function requireProject(services: Services, id: number, text: string | null): Promise<Project> {
  if (text?.startsWith('{')) return JSON.parse(text)
  const project = await findProject(services.db, id)
  if (!project) throw notFound('Project not found.')
  return project
}

const completed = (services: Services, message: RunMessage, known: RunStatus | undefined): RunStatus => ({
  id: message.statusId,
  runId: message.runId,
  cacheKey: message.cacheKey,
  complete: true,
  error: false,
  errorMessage: null,
  startTime: known?.startTime ?? new Date(message.enqueuedAt).toISOString(),
  pickupTime: services.now().toISOString(),
  endTime: services.now().toISOString(),
  insightId: known?.insightId ?? null,
})

/** False when the status became another one meanwhile; it is left as it is. */
async function replaceStatus(
  { redis }: Services,
  projectId: number,
  was: string | null | undefined,
  status: RunStatus,
): Promise<boolean> {
  const args = [was ?? '', JSON.stringify(status), String(STATUS_TTL_SECONDS)]
  return Number(await redis.eval(REPLACE_STATUS, [statusKey(projectId, status.id)], args)) === 1
}
