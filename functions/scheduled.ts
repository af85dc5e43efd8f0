import type { Services } from '../lib/services.ts'
import { moveBacklog } from '../lib/store/backlog.ts'

/** The cron: event rows of merged persons that are still to move. */
export async function scheduled(services: Services): Promise<void> {
  await moveBacklog(services.engine, services.env.STATEMENT_TIMEOUT_MS)
}
