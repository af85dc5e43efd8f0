import { enqueueDueCohorts } from '../lib/resources/cohorts/calculate.ts'
import type { Services } from '../lib/services.ts'
import { moveBacklog } from '../lib/store/backlog.ts'

/** The cron: event rows of merged persons that are still to move, cohorts whose members are old. */
export async function scheduled(services: Services): Promise<void> {
  await moveBacklog(services.engine, services.env.STATEMENT_TIMEOUT_MS)
  await enqueueDueCohorts(services)
}
