/** The receiving side of a background run. QStash delivers at least once, in any order. */
import { ApiError, notFound, unavailable } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { findProject } from '../store/projects.ts'
import { statementName } from './cancel.ts'
import { computeEntry, storeEntry } from './compute.ts'
import { entryKey, unpackEntry } from './entry.ts'
import { acquireLock, lockKey, RELEASE } from './lock.ts'
import { prepareQuery } from './prepare.ts'
import type { RunMessage } from './queue.ts'
import { recordKey } from './records.ts'
import { CANCELLED, parseStatus, REPLACE_STATUS, type RunStatus, STATUS_TTL_SECONDS, statusKey } from './status.ts'

export type RunOutcome = 'computed' | 'there already' | 'cancelled' | 'superseded'

/** A cause that may pass is worth another delivery. */
export const mayPass = (error: unknown): boolean => error instanceof ApiError && [429, 503, 504].includes(error.status)

/**
 * Computes what a message asks for and completes its status, unless that was cancelled meanwhile. Throws 503 when
 * another run holds the lock, and what computing throws; then nothing is stored and the lock is free.
 */
export async function runMessage(services: Services, message: RunMessage): Promise<RunOutcome> {
  const { projectId, statusId, runId, cacheKey, enqueuedAt } = message
  const keys = [recordKey.project(projectId), entryKey(projectId, cacheKey), statusKey(projectId, statusId)]
  const [projectText, entryText, statusText] = await services.redis.mget<(string | null)[]>(...keys)
  const ended = endOf(statusText, runId)
  if (ended) return ended
  const known = parseStatus(statusText)
  const entry = await unpackEntry(entryText)
  if (entry && entry.lastRefresh > enqueuedAt) {
    await replaceStatus(services, projectId, statusText, completed(services, message, known))
    return 'there already'
  }
  const lock = lockKey(projectId, cacheKey)
  if (!(await acquireLock(services, lock, runId))) throw unavailable('Another run computes this result.', 2)
  try {
    const project = await requireProject(services, projectId, projectText ?? null)
    const prepared = await prepareQuery(project, message.query, services.now())
    const fresh = await computeEntry(services, project, prepared, await statementName(projectId, statusId))
    // the project may have changed since: the status must lead to where the result lies now
    const status = { ...completed(services, message, known), cacheKey: prepared.key }
    const ending = { status, replaces: statusText ?? null }
    const { completed: isDone } = await storeEntry(services, projectId, prepared.key, fresh, { lock, runId }, ending)
    return isDone ? 'computed' : 'cancelled'
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

/** Ends a run as failed, unless it ended otherwise or another run took its place. */
export async function failRun(services: Services, message: RunMessage, reason: string | null): Promise<void> {
  const key = statusKey(message.projectId, message.statusId)
  const text = await services.redis.get<string>(key)
  if (endOf(text, message.runId)) return
  await replaceStatus(services, message.projectId, text, {
    ...completed(services, message, parseStatus(text)),
    error: true,
    errorMessage: reason,
  })
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

const replaceStatus = (
  { redis }: Services,
  projectId: number,
  was: string | null | undefined,
  status: RunStatus,
): Promise<unknown> =>
  redis.eval(
    REPLACE_STATUS,
    [statusKey(projectId, status.id)],
    [was ?? '', JSON.stringify(status), String(STATUS_TTL_SECONDS)],
  )
