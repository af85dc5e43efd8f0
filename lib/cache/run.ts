/** The receiving side of a background run. QStash delivers at least once, in any order. */
import { ApiError, notFound, unavailable } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { findProject } from '../store/projects.ts'
import { computeEntry, storeEntry } from './compute.ts'
import { entryKey, unpackEntry } from './entry.ts'
import { acquireLock, lockKey, RELEASE } from './lock.ts'
import { prepareQuery } from './prepare.ts'
import type { RunMessage } from './queue.ts'
import { recordKey } from './records.ts'
import { CANCELLED, parseStatus, type RunStatus, STATUS_TTL_SECONDS, statusKey } from './status.ts'

export type RunOutcome = 'computed' | 'there already' | 'cancelled' | 'superseded'

/** A cause that may pass is worth another delivery. */
export const mayPass = (error: unknown): boolean => error instanceof ApiError && [429, 503, 504].includes(error.status)

/**
 * Computes what a message asks for and completes its status. Throws 503 when another run holds the lock, and what
 * computing throws; then nothing is stored and the lock is free.
 */
export async function runMessage(services: Services, message: RunMessage): Promise<RunOutcome> {
  const { projectId, statusId, runId, cacheKey, enqueuedAt } = message
  const keys = [recordKey.project(projectId), entryKey(projectId, cacheKey), statusKey(projectId, statusId)]
  const [projectText, entryText, statusText] = await services.redis.mget<(string | null)[]>(...keys)
  if (statusText === CANCELLED) return 'cancelled'
  const known = parseStatus(statusText)
  if (known && known.runId !== runId) return 'superseded'
  if (known?.complete) return 'there already'
  const entry = await unpackEntry(entryText)
  if (entry && entry.lastRefresh > enqueuedAt) {
    await writeStatus(services, projectId, completed(services, message, known))
    return 'there already'
  }
  const lock = lockKey(projectId, cacheKey)
  if (!(await acquireLock(services, lock, runId))) throw unavailable('Another run computes this result.', 2)
  try {
    const project = await requireProject(services, projectId, projectText ?? null)
    const prepared = await prepareQuery(project, message.query, services.now())
    const fresh = await computeEntry(services, project, prepared, runId)
    // the project may have changed since: the status must lead to where the result lies now
    const status = { ...completed(services, message, known), cacheKey: prepared.key }
    await storeEntry(services, projectId, prepared.key, fresh, { lock, runId }, status)
    return 'computed'
  } catch (error) {
    await services.redis.eval(RELEASE, [lock], [runId]).catch(() => {})
    throw error
  }
}

/** Ends a run as failed, unless it ended otherwise or another run took its place. */
export async function failRun(services: Services, message: RunMessage, reason: string | null): Promise<void> {
  const key = statusKey(message.projectId, message.statusId)
  const text = await services.redis.get<string>(key)
  const known = parseStatus(text)
  if (text === CANCELLED || known?.complete || (known && known.runId !== message.runId)) return
  await writeStatus(services, message.projectId, {
    ...completed(services, message, known),
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

const writeStatus = ({ redis }: Services, projectId: number, status: RunStatus) =>
  redis.set(statusKey(projectId, status.id), JSON.stringify(status), { ex: STATUS_TTL_SECONDS })
