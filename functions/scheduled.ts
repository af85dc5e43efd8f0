import { deleteBacklog, moveBacklog } from '../lib/ingest/backlog.ts'
import { enqueueDueCohorts } from '../lib/resources/cohorts/calculate.ts'
import { asSystem } from '../lib/resources/ctx.ts'
import { endLostRuns } from '../lib/resources/insights/run.ts'
import { sendDueTurns } from '../lib/resources/insights/schedule.ts'
import type { Services } from '../lib/services.ts'

/**
 * The cron: ends runs that stopped without an outcome, sends refreshes and cohorts that are due, moves event rows of
 * merged persons, deletes those of deleted ones and rows of exports that nobody reads, and drops partial results that nobody
 * uses. Does all even if one fails, then throws the first error.
 */
export async function scheduled(services: Services): Promise<void> {
  const hasAddress = services.env.PUBLIC_URL !== ''
  if (!hasAddress) console.error('QStash cannot be told where this is: set PUBLIC_URL, or ask for /_health?deep=1.')
  const outcomes = await Promise.allSettled([
    ...(hasAddress ? [endLostRuns, sendDueTurns, enqueueDueCohorts] : []).map((work) => work(asSystem(services))),
    moveBacklog(services.engine, services.env.STATEMENT_TIMEOUT_MS),
    deleteBacklog(services.engine, services.env.STATEMENT_TIMEOUT_MS),
    services.engine.exportedRows.dropForgotten({ timeoutMs: services.env.STATEMENT_TIMEOUT_MS }),
    services.engine.dropUnused({ timeoutMs: services.env.STATEMENT_TIMEOUT_MS }),
  ])
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}
