import type { Project } from '../core/project.ts'
import { WITHIN_MINUTES } from '../ports/retries.ts'
import type { Services } from '../services.ts'
import { aliveUnseen, startRun, undoStart } from './run-state.ts'
import { type RunStatus, statusKey } from './status.ts'

export const RUN_PATH = '/api/qstash/run'
export const FAILED_PATH = '/api/qstash/failed'

/** What a delivery carries. */
export interface RunMessage {
  readonly projectId: number
  readonly statusId: string
  readonly runId: string
  readonly cacheKey: string
  /** Milliseconds: a result newer than this makes the run needless. */
  readonly enqueuedAt: number
  readonly query: unknown
  /** The insight that it is for. Absent in messages of releases before. */
  readonly insightId?: number | null | undefined
  /** The insight whose subscribers are told, and whether it had any then. Absent in messages of releases before. */
  readonly insight?: { readonly id: number; readonly subscribed: boolean } | undefined
}

export interface RunRequest {
  readonly statusId: string
  readonly cacheKey: string
  readonly query: unknown
  readonly insightId: number | null
  /** Whether the insight has subscribers; undefined when the run is none of theirs. */
  readonly subscribed?: boolean | undefined
}

/**
 * Starts a background run: its status first, then the message. With `unlessRunning` one that is under way is the answer.
 * Throws 503 when either service is away; then nothing is enqueued, and the status is taken back or is soon taken for lost.
 */
export async function enqueueRun(
  services: Services,
  project: Project,
  request: RunRequest,
  { unlessRunning = false } = {},
): Promise<RunStatus> {
  const now = services.now()
  const runId = crypto.randomUUID()
  const key = statusKey(project.id, request.statusId)
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
    aliveUntil: aliveUnseen(now.getTime()),
    isRefresh: request.subscribed !== undefined,
  }
  const undo = () => undoStart(services, key, runId).catch(() => {})
  const standing = await startRun(services, key, status, unlessRunning).catch(async (cause) => {
    // it may have been written all the same
    await undo()
    throw cause
  })
  if (standing !== '') return JSON.parse(standing)
  await publish(services, {
    projectId: project.id,
    statusId: request.statusId,
    runId,
    cacheKey: request.cacheKey,
    enqueuedAt: now.getTime(),
    query: request.query,
    insightId: request.insightId,
    ...(request.insightId !== null && request.subscribed !== undefined
      ? { insight: { id: request.insightId, subscribed: request.subscribed } }
      : {}),
  }).catch(async (cause) => {
    await undo()
    throw cause
  })
  return status
}

const publish = ({ env, qstash }: Services, message: RunMessage) =>
  qstash.publishJSON({
    url: env.PUBLIC_URL + RUN_PATH,
    body: message,
    deduplicationId: message.runId,
    ...WITHIN_MINUTES,
    timeout: Math.ceil(env.STATEMENT_TIMEOUT_MS / 1000) + 15,
    failureCallback: env.PUBLIC_URL + FAILED_PATH,
  })
