/** Ends runs, and the statements that they wait for, from whichever isolate is asked. */
import { describeError } from '../core/describe-error.ts'
import { sha256 } from '../core/ids.ts'
import type { Services } from '../services.ts'
import { cancelStatus } from './run-state.ts'
import { statusKey } from './status.ts'

const MESSAGE = 'The query was cancelled.'

/** A statement may be about to start when the first try finds none. */
const LATER_TRIES_MS = [250, 1_000]
/** One connection (the embedded database) lets the try wait for the statement itself. */
const ANSWER_AFTER_MS = 1_000

/** Says when an id was cancelled: requests that compute have no status record. */
export const cancelKey = (projectId: number, statusId: string) => `cancelled:${projectId}:${statusId}`

/** `application_name` of the statements of a run: made from what a client knows of it, at most 63 bytes. */
export const statementName = async (projectId: number, statusId: string): Promise<string> =>
  `edgehog:${(await sha256(`${projectId} ${statusId}`)).slice(0, 48)}`

/** Whether what stands under `cancelKey` means a request that started then: ids may be used again. */
export const cancels = (cancelledAt: string | null | undefined, startedAt: number): boolean =>
  Number(cancelledAt ?? 0) >= startedAt

/**
 * Cancels what runs under an id: its status says so, its statement ends, and a late delivery does nothing. An id that
 * is not known, or has ended, stays as it is. Throws 503 when Redis is away.
 */
export const cancelRun = (services: Services, projectId: number, statusId: string): Promise<void> =>
  cancel(services, projectId, statusId, 'end')

/** Cancels a run and forgets it. Throws 503 when Redis is away. */
export const forgetRun = (services: Services, projectId: number, statusId: string): Promise<void> =>
  cancel(services, projectId, statusId, 'forget')

async function cancel(services: Services, projectId: number, statusId: string, how: 'end' | 'forget'): Promise<void> {
  const keys = { status: statusKey(projectId, statusId), cancel: cancelKey(projectId, statusId) }
  const wasRunning = await cancelStatus(services, keys, MESSAGE, how)
  // requests that compute have no status: there may be a statement all the same
  if (wasRunning || how === 'end') await endStatements(services, projectId, statusId, wasRunning)
}

/** The status is what counts: a statement that no try finds ends by itself, and its run then sees that it was cancelled. */
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
