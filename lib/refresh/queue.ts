/** The sending side of background runs. */
import { unavailable } from '../core/errors.ts'
import type { ForcedFilters } from '../core/forced-filters.ts'
import type { Project } from '../core/project.ts'
import { flowControl } from '../ports/flow-control.ts'
import { WITHIN_MINUTES } from '../ports/retries.ts'
import type { Services } from '../services.ts'
import { aliveUnseen, startRun, undoStart } from './run-state.ts'
import { type RunStatus, statusKey } from './status.ts'

export const RUN_PATH = '/api/qstash/run'
export const FAILED_PATH = '/api/qstash/failed'

/** The message of a run. QStash delivers it, maybe several times. */
export interface RunMessage {
  readonly projectId: number
  readonly statusId: string
  readonly runId: string
  readonly cacheKey: string
  /** Milliseconds: a result newer than this makes the run needless. */
  readonly enqueuedAt: number
  readonly query: unknown
  /** What is laid under the query; nothing unless given. */
  readonly forced?: ForcedFilters | undefined
  /** The zone in which its days are counted; that of the project unless given. */
  readonly timezone?: string | undefined
  /** The insight whose result it is; null for a query of its own. Absent in messages of earlier releases. */
  readonly insightId?: number | null | undefined
  /**
   * Set if the run refreshes the insight as it is, whose subscribers are then told; `subscribed`: whether it had any when
   * the run was enqueued. Absent in messages of earlier releases.
   */
  readonly insight?: { readonly id: number; readonly subscribed: boolean } | undefined
  /** The result that is there is the answer if nothing of what it rests on has moved. */
  readonly mayBeUnmoved?: true | undefined
}

export interface RunRequest {
  readonly statusId: string
  readonly cacheKey: string
  readonly query: unknown
  readonly forced: ForcedFilters
  /** That of the project unless given. */
  readonly timezone?: string | null
  readonly insightId: number | null
  /** Whether the insight has subscribers; undefined if the run does not refresh the insight as it is. */
  readonly subscribed?: boolean | undefined
  /** The run need not compute a result of which nothing has moved; it computes unless given. */
  readonly mayBeUnmoved?: boolean | undefined
}

/**
 * Starts a background run: writes its status, then publishes its message. With `unlessRunning` it returns the run that is
 * under way instead, if there is one. Throws 503 if Redis or QStash is away; then nothing is enqueued, and the status is
 * taken back (or ends as lost, if that fails too).
 */
export async function enqueueRun(
  services: Services,
  project: Project,
  request: RunRequest,
  { unlessRunning = false } = {},
): Promise<RunStatus> {
  const started = await begin(services, project, request, crypto.randomUUID(), unlessRunning)
  if (started.kind === 'standing') return started.status
  const { status } = started
  await publish(services, messageOf(project, request, status)).catch(async (cause) => {
    await undo(services, project, status)
    throw cause
  })
  return status
}

/**
 * Starts runs, which are published in one call. Two of the same result have ids of their own, so that neither takes the
 * place of the other. Throws as `enqueueRun`; then those that QStash has taken are computed all the same.
 */
export async function enqueueRuns(
  services: Services,
  project: Project,
  requests: readonly RunRequest[],
): Promise<RunStatus[]> {
  const ids = new Set<string>()
  const own = requests.map((request) => {
    const statusId = ids.has(request.statusId) ? crypto.randomUUID() : request.statusId
    ids.add(statusId)
    return { ...request, statusId, id: statusId, runId: crypto.randomUUID() }
  })
  const undoAll = (some: readonly Named[]) => Promise.all(some.map((run) => undo(services, project, run)))
  const startAll = async () => {
    const begun = await Promise.all(own.map((request) => begin(services, project, request, request.runId, false)))
    const messages = own.map((request, index) => messageOf(project, request, (begun[index] as Begun).status))
    const answers = await services.qstash.batchJSON(messages.map((message) => published(services, message)))
    return { statuses: begun.map(({ status }) => status), answers }
  }
  const { statuses, answers } = await startAll().catch(async (cause) => {
    await undoAll(own)
    throw cause
  })
  const refused = own.filter((_, index) => [answers[index]].flat().some((answer) => !answer || 'error' in answer))
  if (refused.length === 0) return statuses
  await undoAll(refused)
  throw unavailable('The queue is not available; not all was enqueued.')
}

/**
 * Starts a run that the caller carries out itself, of which a delivery before may have carried out a part. `runId`: the
 * same for each delivery; `wantedAt`: a result that is newer makes it needless (milliseconds). Returns its message, or
 * undefined if another run of the same id is under way. Throws 503 if Redis is away.
 */
export async function startHere(
  services: Services,
  project: Project,
  request: RunRequest,
  { runId, wantedAt }: { readonly runId: string; readonly wantedAt: number },
): Promise<RunMessage | undefined> {
  const { status } = await begin(services, project, request, runId, true)
  return status.runId === runId ? { ...messageOf(project, request, status), enqueuedAt: wantedAt } : undefined
}

type Begun = { readonly kind: 'begun' | 'standing'; readonly status: RunStatus }

async function begin(
  services: Services,
  project: Project,
  request: RunRequest,
  runId: string,
  unlessRunning: boolean,
): Promise<Begun> {
  const now = services.now()
  const status: RunStatus = {
    id: request.statusId,
    runId,
    cacheKey: request.cacheKey,
    complete: false,
    error: false,
    errorMessage: null,
    startTime: now.toISOString(),
    pickupTime: null,
    endTime: null,
    insightId: request.insightId,
    ...underForced(request),
    aliveUntil: aliveUnseen(now.getTime()),
    isRefresh: request.subscribed !== undefined,
  }
  const key = statusKey(project.id, request.statusId)
  const standing = await startRun(services, key, status, unlessRunning).catch(async (cause) => {
    // the answer may be lost, and the status written
    await undo(services, project, status)
    throw cause
  })
  return standing === '' ? { kind: 'begun', status } : { kind: 'standing', status: JSON.parse(standing) }
}

const underForced = ({ forced }: RunRequest) => (forced.length > 0 ? { forced } : {})

type Named = Pick<RunStatus, 'id' | 'runId'>

const undo = (services: Services, project: Project, { id, runId }: Named) =>
  undoStart(services, statusKey(project.id, id), runId).catch(() => {})

const messageOf = (project: Project, request: RunRequest, { runId, startTime }: RunStatus): RunMessage => ({
  projectId: project.id,
  statusId: request.statusId,
  runId,
  cacheKey: request.cacheKey,
  enqueuedAt: Date.parse(startTime),
  query: request.query,
  insightId: request.insightId,
  ...underForced(request),
  ...(request.timezone == null ? {} : { timezone: request.timezone }),
  ...(request.insightId !== null && request.subscribed !== undefined
    ? { insight: { id: request.insightId, subscribed: request.subscribed } }
    : {}),
  ...(request.mayBeUnmoved ? { mayBeUnmoved: true } : {}),
})

const publish = (services: Services, message: RunMessage) => services.qstash.publishJSON(published(services, message))

const published = ({ env }: Services, message: RunMessage) => ({
  url: env.PUBLIC_URL + RUN_PATH,
  body: message,
  deduplicationId: message.runId,
  ...WITHIN_MINUTES,
  ...flowControl(env, message.projectId, 'runs'),
  timeout: Math.ceil(env.STATEMENT_TIMEOUT_MS / 1000) + 15,
  failureCallback: env.PUBLIC_URL + FAILED_PATH,
})
