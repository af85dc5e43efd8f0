/** Whether a result that is too old would be another one by now: events know what moved (docs/architecture.md "Refresh"). */
import { isUnmoved } from '../answer-query.ts'
import { describeError } from '../core/describe-error.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { type CacheEntry, entryKey, storeRenewed } from './entry.ts'
import type { PreparedQuery } from './prepare.ts'

/** Longer than the one small statement takes wherever the database can also compute. */
const WITHIN_MS = 5_000

/**
 * The result as of now, if nothing of what it rests on has moved; it is stored so after the response. `moved`: only
 * computing gives it; `unknown`: the database did not say. Never throws.
 */
export async function renew(
  services: Services,
  project: Project,
  query: PreparedQuery,
  entry: CacheEntry,
): Promise<CacheEntry | 'moved' | 'unknown'> {
  if (!entry.basis) return 'moved'
  // before the database is asked: what comes later is not in the result
  const now = services.now()
  const { node, forced, timezone } = query
  const timeoutMs = Math.min(services.env.STATEMENT_TIMEOUT_MS, WITHIN_MS)
  try {
    if (!(await isUnmoved(services, project, node, entry.basis, { now, timeoutMs, forced, timezone }))) return 'moved'
  } catch (error) {
    console.warn('Whether a result is out of date is not known.', describeError(error))
    return 'unknown'
  }
  const at = now.getTime()
  services.waitUntil(storeRenewed(services, entryKey(project.id, query.key), entry, at).catch(() => {}))
  return { ...entry, lastRefresh: at, dataUntil: at }
}
