import { computeQuery } from '../answer-query.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { type CacheEntry, ENTRY_TTL_SECONDS, entryKey, packEntry } from './entry.ts'
import { RELEASE } from './lock.ts'
import type { Prepared } from './prepare.ts'
import { REPLACE_STATUS, type RunStatus, STATUS_TTL_SECONDS, statusKey } from './status.ts'

export interface Held {
  readonly lock: string | null
  readonly runId: string
}

/** Runs the query, its statements under a name. Throws what the pipeline and the database throw. */
export async function computeEntry(
  services: Services,
  project: Project,
  prepared: Prepared,
  statementName: string,
): Promise<CacheEntry> {
  const now = services.now()
  const { node, description } = prepared
  const timeoutMs = services.env.STATEMENT_TIMEOUT_MS
  const response = await computeQuery(services.engine, project, node, { now, timeoutMs, runId: statementName })
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

/** What else is told and asked when a result is stored. */
export interface Ending {
  /** The status of the run that made it, and the text of the one that it replaces. */
  readonly status?: RunStatus
  readonly replaces?: string | null
  /** A key that says whether the request was cancelled. */
  readonly cancelKey?: string | undefined
}

export interface Stored {
  /** False: the status became another one meanwhile and was left as it is. */
  readonly completed: boolean
  readonly cancelledAt: string | null
}

/** Stores a result, completes the status of the run, and releases its lock: one call. Redis errors are thrown. */
export async function storeEntry(
  services: Services,
  projectId: number,
  key: string,
  entry: CacheEntry,
  held: Held,
  { status, replaces, cancelKey }: Ending = {},
): Promise<Stored> {
  const pipeline = services.redis.pipeline()
  pipeline.set(entryKey(projectId, key), await packEntry(entry), { ex: ENTRY_TTL_SECONDS })
  if (held.lock) pipeline.eval(RELEASE, [held.lock], [held.runId])
  if (status) {
    const written = [replaces ?? '', JSON.stringify(status), String(STATUS_TTL_SECONDS)]
    pipeline.eval(REPLACE_STATUS, [statusKey(projectId, status.id)], written)
  }
  if (cancelKey) pipeline.get(cancelKey)
  const answers = await pipeline.exec<unknown[]>()
  const cancelledAt = cancelKey ? (answers.pop() as string | null) : null
  return { completed: status === undefined || Number(answers.pop()) === 1, cancelledAt }
}
