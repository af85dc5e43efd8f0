/** Cancels runs and requests by their id, in any isolate: the status in Redis, then the statement in the database. */
import { describeError } from '../core/describe-error.ts'
import { sha256 } from '../core/ids.ts'
import type { Services } from '../services.ts'
import { cancelStatus } from './run-state.ts'
import { statusKey } from './status.ts'

const MESSAGE = 'The query was cancelled.'

/** Further tries, after which the first finds no statement: it may be about to start. */
const LATER_TRIES_MS = [250, 1_000]
/** The answer waits no longer for the database: with one connection (the embedded one) a cancel waits for the statement itself. */
const ANSWER_AFTER_MS = 1_000

/** Holds when an id was cancelled (milliseconds), for requests that compute: they have no status. */
export const cancelKey = (projectId: number, statusId: string) => `cancelled:${projectId}:${statusId}`

/** The `application_name` of the statements of a run (at most 63 bytes): made from the id that the client cancels by. */
export const statementName = async (projectId: number, statusId: string): Promise<string> =>
  `edgehog:${(await sha256(`${projectId} ${statusId}`)).slice(0, 48)}`

/** Whether a cancel concerns a request that started at `startedAt`: a later request may use the same id again. */
export const cancels = (cancelledAt: string | null | undefined, startedAt: number): boolean =>
  Number(cancelledAt ?? 0) >= startedAt

/**
 * Cancels the run or request under an id: its status says so, its statement ends, and a late delivery does nothing. A run
 * that has ended stays as it is, and an unknown id is fine. Throws 503 if Redis is away.
 */
export const cancelRun = (services: Services, projectId: number, statusId: string): Promise<void> =>
  cancel(services, projectId, statusId, 'end')

/** Cancels a run and forgets its status: the id is unknown from then on. Throws 503 if Redis is away. */
export const forgetRun = (services: Services, projectId: number, statusId: string): Promise<void> =>
  cancel(services, projectId, statusId, 'forget')

async function cancel(services: Services, projectId: number, statusId: string, how: 'end' | 'forget'): Promise<void> {
  const keys = { status: statusKey(projectId, statusId), cancel: cancelKey(projectId, statusId) }
  const wasRunning = await cancelStatus(services, keys, MESSAGE, how)
  // a request that computes has no status, but may have a statement
  if (wasRunning || how === 'end') await endStatements(services, projectId, statusId, wasRunning)
}

/** Best effort: a statement that no try finds ends by itself, and its run then finds that it was cancelled. */
async function endStatements(services: Services, projectId: number, statusId: string, isRunning: boolean) {
  const name = await statementName(projectId, statusId)
  const tell = () =>
    services.engine.cancel(name).catch((error) => {
      console.warn('A statement could not be cancelled.', describeError(error))
      return 0
    })
  const first = tell()
  const later = async () => {
    if (!isRunning || (await first) > 0) return
    for (const wait of LATER_TRIES_MS) {
      await sleep(wait)
      if ((await tell()) > 0) return
    }
  }
  services.waitUntil(Promise.all([first, later()]))
  await Promise.race([first, sleep(ANSWER_AFTER_MS)])
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
