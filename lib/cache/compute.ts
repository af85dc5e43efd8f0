import { computeQuery } from '../answer-query.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { type CacheEntry, ENTRY_TTL_SECONDS, entryKey, packEntry } from './entry.ts'
import { RELEASE } from './lock.ts'
import type { Prepared } from './prepare.ts'
import { type RunStatus, STATUS_TTL_SECONDS, statusKey } from './status.ts'

export interface Held {
  readonly lock: string | null
  readonly runId: string
}

/** Runs the query. Throws what the pipeline and the database throw. */
export async function computeEntry(
  services: Services,
  project: Project,
  prepared: Prepared,
  runId: string,
): Promise<CacheEntry> {
  const now = services.now()
  const { node, description } = prepared
  const timeoutMs = services.env.STATEMENT_TIMEOUT_MS
  const response = await computeQuery(services.engine, project, node, { now, timeoutMs, runId })
  return {
    response,
    query: prepared.query,
    timezone: project.timezone,
    interval: description.interval,
    dateFrom: description.dateFrom?.getTime() ?? null,
    dateTo: description.dateTo?.getTime() ?? null,
    lastRefresh: now.getTime(),
  }
}

/** Stores a result, the status of the run that made it, and releases its lock: one call. Redis errors are thrown. */
export async function storeEntry(
  services: Services,
  projectId: number,
  key: string,
  entry: CacheEntry,
  held: Held,
  status?: RunStatus,
): Promise<void> {
  const pipeline = services.redis.pipeline()
  pipeline.set(entryKey(projectId, key), await packEntry(entry), { ex: ENTRY_TTL_SECONDS })
  if (status) pipeline.set(statusKey(projectId, status.id), JSON.stringify(status), { ex: STATUS_TTL_SECONDS })
  if (held.lock) pipeline.eval(RELEASE, [held.lock], [held.runId])
  await pipeline.exec()
}
