/** The receiving side of a background run. QStash delivers at least once, in any order. */
import { again } from '../core/again.ts'
import { notFound } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import { parseRecord, RECORD_TTL_SECONDS, recordKey } from '../records/records.ts'
import { tellFailed, tellRefreshed } from '../resources/insights/tell.ts'
import type { Services } from '../services.ts'
import type { InsightRow } from '../store/insights.ts'
import { findProject } from '../store/projects.ts'
import { statementName } from './cancel.ts'
import { type Computed, computeEntry } from './compute.ts'
import { entryKey, packEntry, unpackEntry } from './entry.ts'
import { readLeader } from './leader.ts'
import { lockKey } from './lock.ts'
import { prepareQuery } from './prepare.ts'
import type { RunMessage } from './queue.ts'
import { endLost, endRun, forgetLost, type LostRun, type PickedUp, pickUpRun, releaseAndRead } from './run-state.ts'
import { CANCELLED, type RunStatus, statusKey } from './status.ts'

export type RunOutcome = 'computed' | 'there already' | 'cancelled' | 'superseded'

/** Another one computes the same; its lock lives so many milliseconds at most. */
export interface Held {
  readonly heldForMs: number
}

/**
 * Computes what a message asks for and completes its status, unless that was cancelled meanwhile; then tells the
 * subscribers of the insight. Throws what computing, storing and telling throw; then another delivery does what is left.
 */
export async function runMessage(services: Services, message: RunMessage): Promise<RunOutcome | Held> {
  const { projectId, statusId, runId, cacheKey, enqueuedAt } = message
  const keys = {
    status: statusKey(projectId, statusId),
    entry: entryKey(projectId, cacheKey),
    lock: lockKey(projectId, cacheKey),
    project: recordKey.project(projectId),
    insight: message.insight && recordKey.insight(projectId, message.insight.id),
  }
  // of this delivery and no other: several of one run may come at once
  const holder = `${runId} ${crypto.randomUUID()}`
  const lock = { key: keys.lock, holder }
  const free = () => freeLock(services, keys, holder)
  const found = await pickUpRun(services, keys, runId, holder).catch(async (error) => {
    // the lock may have been taken all the same
    await free().catch(() => {})
    throw error
  })
  const known = readStatus(found.status)
  const isTold = hasSubscribers(services, message, found.insight)
  const ended = endOf(found.status, runId)
  // the delivery before may have ended between storing and telling
  if (ended === 'there already' && known && isTold) await tellAgain(services, message, known)
  if (ended) return ended
  const entry = await unpackEntry(found.entry)
  if (entry && entry.lastRefresh > enqueuedAt) {
    const status = completed(services, message, known)
    const standing = await endRun(services, { statusKey: keys.status, status, lock })
    if (standing !== '') return endOf(standing, runId) ?? 'superseded'
    if (isTold && message.insight) await tellRefreshed(services, projectId, message.insight.id, cacheKey, entry)
    return 'there already'
  }
  if (!found.locked) return { heldForMs: found.heldForMs }
  try {
    const computed = await compute(services, message, found)
    // the project may have changed since: the status must lead to where the result lies now
    const status = { ...completed(services, message, known), cacheKey: computed.key }
    const stored = { key: entryKey(projectId, computed.key), text: await packEntry(computed.entry) }
    const standing = await endRun(services, { statusKey: keys.status, status, lock, entry: stored })
    if (standing !== '') return endOf(standing, runId) ?? 'superseded'
    if (isTold && message.insight)
      await tellRefreshed(services, projectId, message.insight.id, computed.key, computed.entry)
    return 'computed'
  } catch (error) {
    const ended = endOf(await free().catch(() => null), runId)
    // the database says the same of a cancel and of a timeout
    if (ended === 'cancelled' || ended === 'superseded') return ended
    throw error
  }
}

const TRIES_AFTER_MS = [500, 2_500]

/** The status as it stands. A lock that cannot be freed now is freed soon: else the next delivery waits for its end. */
const freeLock = (services: Services, keys: { readonly lock: string; readonly status: string }, holder: string) =>
  releaseAndRead(services, keys.lock, keys.status, holder).catch((error) => {
    const later = again(() => releaseAndRead(services, keys.lock, keys.status, holder), TRIES_AFTER_MS)
    services.waitUntil(later.catch(() => {}))
    throw error
  })

async function compute(
  services: Services,
  message: RunMessage,
  { project: projectText, status }: PickedUp,
): Promise<Computed> {
  const { projectId, statusId, query } = message
  const project = await requireProject(services, projectId, projectText)
  const prepared = await prepareQuery(project, query, services.now())
  return computeEntry(services, project, prepared, {
    statementName: await statementName(projectId, statusId),
    insightId: insightOf(message, readStatus(status)),
    timeoutMs: services.env.STATEMENT_TIMEOUT_MS,
  })
}

const readStatus = (text: string | null): RunStatus | undefined =>
  text && text !== CANCELLED ? JSON.parse(text) : undefined

const insightOf = (message: RunMessage, known: RunStatus | undefined): number | null =>
  message.insightId ?? known?.insightId ?? message.insight?.id ?? null

/** How a run has ended, by its status on the leader; undefined while it has not. */
function endOf(text: string | null, runId: string): RunOutcome | undefined {
  if (text === CANCELLED) return 'cancelled'
  const known = readStatus(text)
  if (known && known.runId !== runId) return 'superseded'
  if (known?.complete && !known.lost) return known.cancelled ? 'cancelled' : 'there already'
  return undefined
}

/**
 * Ends a run as failed, unless it ended otherwise, another run took its place, or its result is there after all; tells
 * the subscribers. Throws what Redis throws, and what telling throws.
 */
export async function failRun(services: Services, message: RunMessage, reason: string): Promise<void> {
  const { projectId, statusId, runId, cacheKey, enqueuedAt, insight } = message
  const key = statusKey(projectId, statusId)
  const [text = null, entryText, insightText = null] = await readLeader(services, [
    key,
    entryKey(projectId, cacheKey),
    ...(insight ? [recordKey.insight(projectId, insight.id)] : []),
  ])
  const known = readStatus(text)
  const isTold = hasSubscribers(services, message, insightText)
  const ended = endOf(text, runId)
  // the delivery before may have ended between storing and telling
  if (ended === 'there already' && known && isTold) await tellAgain(services, message, known)
  if (ended) return
  const entry = await unpackEntry(entryText)
  const result = entry && entry.lastRefresh > enqueuedAt ? entry : undefined
  const status: RunStatus = {
    ...completed(services, message, known),
    ...(result ? {} : { error: true, errorMessage: reason }),
  }
  if ((await endRun(services, { statusKey: key, status })) !== '' || !isTold || !insight) return
  if (result) await tellRefreshed(services, projectId, insight.id, cacheKey, result)
  else await tellFailed(services, projectId, insight.id, status)
}

const LOST_AT_ONCE = 100
const MOST_LOST = 1_000

/** The cron: runs without a sign of life end as failed, and their subscribers are told. */
export async function endLostRuns(services: Services): Promise<void> {
  for (let ended = 0; ended < MOST_LOST; ended += LOST_AT_ONCE) {
    const runs = await endLost(services, LOST_AT_ONCE)
    const told = await Promise.allSettled(runs.map((run) => tellLost(services, run)))
    // those that nobody could be told of are told by the next cron
    if (runs.length < LOST_AT_ONCE || told.some(({ status }) => status === 'rejected')) return
  }
}

async function tellLost(services: Services, run: LostRun): Promise<void> {
  const { insightId, isRefresh } = run.status
  const [, projectId] = run.key.split(':')
  if (insightId !== null && isRefresh) await tellFailed(services, Number(projectId), insightId, run.status)
  await forgetLost(services, run)
}

/** Whether somebody may have to be told; only a record that has expired leaves it to Postgres. */
function hasSubscribers(services: Services, message: RunMessage, insightText: string | null): boolean {
  const { insight, enqueuedAt } = message
  const record = parseRecord(insightText)
  if (!insight || record === 'gone') return false
  if (record) return (record.value as InsightRow).subscribed
  // there is a record and it says nothing: the insight is being changed
  if (insightText !== null) return true
  // who subscribed since wrote a record, which would still be there
  const isRecent = services.now().getTime() - enqueuedAt < RECORD_TTL_SECONDS * 1_000
  return insight.subscribed || !isRecent
}

async function tellAgain(services: Services, { projectId, insight }: RunMessage, status: RunStatus): Promise<void> {
  if (!insight) return
  if (status.error) return tellFailed(services, projectId, insight.id, status)
  const { cacheKey } = status
  const [text] = await readLeader(services, [entryKey(projectId, cacheKey)])
  const entry = await unpackEntry(text)
  if (entry) await tellRefreshed(services, projectId, insight.id, cacheKey, entry)
}

async function requireProject(services: Services, id: number, text: string | null): Promise<Project> {
  const record = parseRecord(text)
  if (record && record !== 'gone') return record.value as Project
  const project = await findProject(services.db, id)
  if (!project) throw notFound('Project not found.')
  return project
}

function completed(services: Services, message: RunMessage, known: RunStatus | undefined): RunStatus {
  const now = services.now().toISOString()
  return {
    id: message.statusId,
    runId: message.runId,
    cacheKey: message.cacheKey,
    complete: true,
    error: false,
    errorMessage: null,
    startTime: known?.startTime ?? new Date(message.enqueuedAt).toISOString(),
    pickupTime: now,
    endTime: now,
    insightId: insightOf(message, known),
  }
}
