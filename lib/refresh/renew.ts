/** Whether a result that is too old would be another one by now: events know what moved (docs/architecture.md "Refresh"). */
import { readsAsBefore } from '../answer-query.ts'
import { atOnce } from '../core/at-once.ts'
import { describeError } from '../core/describe-error.ts'
import type { Project } from '../core/project.ts'
import type { Reads } from '../engines/reads.ts'
import type { Services } from '../services.ts'
import { type CacheEntry, entryKey, storeRenewed } from './entry.ts'
import type { PreparedQuery } from './prepare.ts'

/** Longer than one small statement takes wherever the database can also compute. */
const WITHIN_MS = 5_000
/** Each may ask for its context. */
const PLANNED_AT_ONCE = 4

export interface Stale {
  readonly query: PreparedQuery
  readonly entry: CacheEntry
}

/** The result as of now; `moved`: only computing gives it; `unknown`: the database did not say. */
export type Renewed = CacheEntry | 'moved' | 'unknown'

/**
 * The results as of now, of those of which nothing has moved that they rest on: one call to the database for all of them.
 * They are stored so after the response. Never throws.
 */
export async function renewAll(services: Services, project: Project, stale: readonly Stale[]): Promise<Renewed[]> {
  // before the database is asked: what comes later is not in the results
  const now = services.now()
  const at = now.getTime()
  const timeoutMs = Math.min(services.env.STATEMENT_TIMEOUT_MS, WITHIN_MS)
  const database = services.engine.within(timeoutMs)
  const plans = await atOnce(
    PLANNED_AT_ONCE,
    stale,
    async ({ query: { node, forced, timezone }, entry }): Promise<Reads | 'moved' | 'unknown'> => {
      const reads =
        entry.basis && readsAsBefore(database, project, node, entry.basis, { now, timeoutMs, forced, timezone })
      return (await (reads && unlessUnknown(reads))) ?? 'moved'
    },
  )
  const asked = plans.flatMap((plan, index) =>
    typeof plan === 'object' ? [{ index, reads: plan, unseen: stale[index]?.entry.basis?.unseen ?? [] }] : [],
  )
  const found = asked.length > 0 ? await unlessUnknown(database.standings(project, asked, { timeoutMs })) : []
  const standings = found === 'unknown' ? found : new Map(asked.map(({ index }, nth) => [index, found?.[nth]]))
  return stale.map(({ query, entry }, index): Renewed => {
    const plan = plans[index] ?? 'moved'
    if (typeof plan !== 'object') return plan
    if (standings === 'unknown') return 'unknown'
    const { version, unseen = [] } = entry.basis ?? {}
    const standing = standings.get(index)
    if (standing?.version !== version || standing?.unseen.length !== unseen.length) return 'moved'
    services.waitUntil(storeRenewed(services, entryKey(project.id, query.key), entry, at).catch(() => {}))
    return { ...entry, lastRefresh: at, dataUntil: at }
  })
}

/** Of one. */
export async function renew(services: Services, project: Project, stale: Stale): Promise<Renewed> {
  const [renewed = 'moved'] = await renewAll(services, project, [stale])
  return renewed
}

async function unlessUnknown<T>(asked: Promise<T>): Promise<T | 'unknown'> {
  return asked.catch((error) => {
    console.warn('Whether a result is out of date is not known.', describeError(error))
    return 'unknown' as const
  })
}
