import { moveBacklog } from '../lib/ingest/backlog.ts'
import { enqueueDueCohorts } from '../lib/resources/cohorts/calculate.ts'
import { endLostRuns } from '../lib/resources/insights/run.ts'
import type { Services } from '../lib/services.ts'

/**
 * The cron: runs without a sign of life, cohorts whose members are old, event rows of merged persons that are still to
 * move. Each is done whatever becomes of the others; throws the first error.
 */
export async function scheduled(services: Services): Promise<void> {
  const outcomes = await Promise.allSettled([
    endLostRuns(services),
    enqueueDueCohorts(services),
    moveBacklog(services.engine, services.env.STATEMENT_TIMEOUT_MS),
  ])
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}
