/** The receiving side of a background run. QStash delivers at least once, in any order. */
import { again } from '../core/again.ts'
import { notFound } from '../core/errors.ts'
import { NOTHING_FORCED } from '../core/forced-filters.ts'
import type { Project } from '../core/project.ts'
import { parseRecord, recordKey } from '../records/record.ts'
import type { Services } from '../services.ts'
import { findProject } from '../store/projects.ts'
import { statementName } from './cancel.ts'
import { type Computed, computeEntry } from './compute.ts'
import { type CacheEntry, entryKey, packEntry, unpackEntry } from './entry.ts'
import { readLeader } from './leader.ts'
import { lockKey } from './lock.ts'
import { type PreparedQuery, prepareQuery } from './prepare.ts'
import type { RunMessage } from './queue.ts'
import { renew } from './renew.ts'
import { endRun, type PickedUp, pickUpRun, releaseAndRead } from './run-state.ts'
import { CANCELLED, type RunStatus, statusKey } from './status.ts'

/** How a run ended otherwise than by this delivery. */
type EndedElsewhere =
  /** A delivery before has ended it, maybe without doing all that follows. */
  | { readonly kind: 'ended before'; readonly status: RunStatus }
  /** `superseded`: another run took its place. */
  | { readonly kind: 'cancelled' | 'superseded' }

/** What became of a delivery. */
export type Delivered =
  /**
   * The run has a result now: this delivery computed it, found that somebody did, or found that nothing of what it rests on
   * has moved.
   */
  | { readonly kind: 'computed' | 'found' | 'unmoved'; readonly key: string; readonly entry: CacheEntry }
  | EndedElsewhere
  /** Somebody else computes the same result, and holds its lock for so long at most; QStash has to come again. */
  | { readonly kind: 'locked'; readonly forMs: number }

/** What became of a run that QStash gave up. */
export type GivenUp =
  | { readonly kind: 'failed'; readonly status: RunStatus }
  | { readonly kind: 'found'; readonly key: string; readonly entry: CacheEntry }
  | EndedElsewhere

/** An outcome, and the text of the record that was read together with the run. */
export interface WithRecord<Outcome> {
  readonly outcome: Outcome
  readonly record: string | null
}

/**
 * Computes what a message asks for and completes its status, unless that was cancelled meanwhile. `besides`: one more
 * key, which the first call reads too. Throws what computing and storing throw; then another delivery does what is left.
 */
export async function receiveRun(
  services: Services,
  message: RunMessage,
  besides: string | undefined,
): Promise<WithRecord<Delivered>> {
  const { projectId, statusId, runId, cacheKey } = message
  const keys = {
    status: statusKey(projectId, statusId),
    entry: entryKey(projectId, cacheKey),
    lock: lockKey(projectId, cacheKey),
    project: recordKey.project(projectId),
    besides,
  }
  // of this delivery and no other: several of one run may come at once
  const lock = { key: keys.lock, holder: `${runId} ${crypto.randomUUID()}` }
  const pickedUp = await pickUpRun(services, keys, runId, lock.holder).catch(async (error) => {
    // the lock may have been taken all the same
    await freeLock(services, keys, lock.holder).catch(() => {})
    throw error
  })
  return { outcome: await carryOut(services, message, keys, lock, pickedUp), record: pickedUp.besides }
}

interface Keys {
  readonly status: string
  readonly lock: string
}

async function carryOut(
  services: Services,
  message: RunMessage,
  keys: Keys,
  lock: { readonly key: string; readonly holder: string },
  pickedUp: PickedUp,
): Promise<Delivered> {
  const { projectId, runId, cacheKey, enqueuedAt } = message
  const ended = endOf(pickedUp.status, runId)
  if (ended) return ended
  const known = readStatus(pickedUp.status)
  const entry = await unpackEntry(pickedUp.entry)
  if (entry && entry.lastRefresh > enqueuedAt) {
    const status = completed(services, message, known)
    const standing = await endRun(services, { statusKey: keys.status, status, lock })
    return standing === '' ? { kind: 'found', key: cacheKey, entry } : endedElsewhere(standing, runId)
  }
  if (!pickedUp.locked) return { kind: 'locked', forMs: pickedUp.heldForMs }
  try {
    const project = await requireProject(services, projectId, pickedUp.project)
    const prepared = await prepareQuery(project, message.query, {
      now: services.now(),
      forced: message.forced ?? NOTHING_FORCED,
      timezone: message.timezone ?? null,
    })
    const isKnown = message.mayBeUnmoved && prepared.key === cacheKey
    const renewed = entry && isKnown ? await renew(services, project, { query: prepared, entry }) : 'moved'
    if (typeof renewed === 'object') {
      const standing = await endRun(services, {
        statusKey: keys.status,
        status: completed(services, message, known),
        lock,
      })
      return standing === '' ? { kind: 'unmoved', key: cacheKey, entry: renewed } : endedElsewhere(standing, runId)
    }
    const computed = await compute(services, message, project, prepared, known)
    // the project may have changed since: the status must lead to where the result lies now
    const status = { ...completed(services, message, known), cacheKey: computed.key }
    const stored = { key: entryKey(projectId, computed.key), text: await packEntry(computed.entry) }
    const standing = await endRun(services, { statusKey: keys.status, status, lock, entry: stored })
    return standing === '' ? { kind: 'computed', ...computed } : endedElsewhere(standing, runId)
  } catch (error) {
    const ended = endOf(await freeLock(services, keys, lock.holder).catch(() => null), runId)
    // the database says the same of a cancel and of a timeout
    if (ended && ended.kind !== 'ended before') return ended
    throw error
  }
}

const TRIES_AFTER_MS = [500, 2_500]

/** The status as it stands. A lock that cannot be freed now is freed soon: else the next delivery waits for its end. */
const freeLock = (services: Services, keys: Keys, holder: string) =>
  releaseAndRead(services, keys.lock, keys.status, holder).catch((error) => {
    const later = again(() => releaseAndRead(services, keys.lock, keys.status, holder), TRIES_AFTER_MS)
    services.waitUntil(later.catch(() => {}))
    throw error
  })

async function compute(
  services: Services,
  message: RunMessage,
  project: Project,
  prepared: PreparedQuery,
  known: RunStatus | undefined,
): Promise<Computed> {
  return computeEntry(services, project, prepared, {
    statementName: await statementName(message.projectId, message.statusId),
    insightId: insightOf(message, known),
    source: 'background',
    timeoutMs: services.env.STATEMENT_TIMEOUT_MS,
  })
}

const readStatus = (text: string | null): RunStatus | undefined =>
  text && text !== CANCELLED ? JSON.parse(text) : undefined

const insightOf = (message: RunMessage, known: RunStatus | undefined): number | null =>
  message.insightId ?? known?.insightId ?? message.insight?.id ?? null

/** How a run has ended, by its status on the leader; undefined while it has not. */
function endOf(text: string | null, runId: string): EndedElsewhere | undefined {
  if (text === CANCELLED) return { kind: 'cancelled' }
  const known = readStatus(text)
  if (known && known.runId !== runId) return { kind: 'superseded' }
  if (!known?.complete || known.lost) return undefined
  return known.cancelled ? { kind: 'cancelled' } : { kind: 'ended before', status: known }
}

const endedElsewhere = (text: string, runId: string): EndedElsewhere => endOf(text, runId) ?? { kind: 'superseded' }

/**
 * Ends a run as failed, unless it ended otherwise, another run took its place, or its result is there after all. Throws
 * what Redis throws.
 */
export async function giveUpRun(
  services: Services,
  message: RunMessage,
  reason: string,
  besides: string | undefined,
): Promise<WithRecord<GivenUp>> {
  const { projectId, statusId, runId, cacheKey, enqueuedAt } = message
  const key = statusKey(projectId, statusId)
  const [text = null, entryText, record = null] = await readLeader(services, [
    key,
    entryKey(projectId, cacheKey),
    ...(besides === undefined ? [] : [besides]),
  ])
  const ended = endOf(text, runId)
  if (ended) return { outcome: ended, record }
  const found = await unpackEntry(entryText)
  const entry = found && found.lastRefresh > enqueuedAt ? found : undefined
  const done = completed(services, message, readStatus(text))
  const status: RunStatus = entry ? done : { ...done, error: true, errorMessage: reason }
  const standing = await endRun(services, { statusKey: key, status })
  if (standing !== '') return { outcome: endedElsewhere(standing, runId), record }
  return { outcome: entry ? { kind: 'found', key: cacheKey, entry } : { kind: 'failed', status }, record }
}

async function requireProject(services: Services, id: number, text: string | null): Promise<Project> {
  const record = parseRecord<Project>(text)
  if (record && record !== 'gone') return record.value
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
    ...(message.forced ? { forced: message.forced } : {}),
  }
}
