import { type ForcedFilters, forcedText } from '../core/forced-filters.ts'
import { inZone, type Project } from '../core/project.ts'
import { parseQuery, type QueryNode } from '../nodes/index.ts'
import { describeQuery, type QueryDescription } from '../plan/describe-query.ts'
import { cacheKey } from './key.ts'

/** A query that can be computed, with the key of its result. */
export interface PreparedQuery {
  /** As the client sent it. */
  readonly query: unknown
  readonly node: QueryNode
  /** Laid under it; they are not in `query`, and no answer shows them. */
  readonly forced: ForcedFilters
  /** The zone in which its days are counted; null: that of the project. */
  readonly timezone: string | null
  readonly key: string
  /** As of the instant for which it was prepared. */
  readonly description: QueryDescription
}

interface Prepared {
  readonly project: Project
  readonly node: QueryNode
  /** By the text of the forced filters, and the time zone. */
  readonly keys: Map<string, string>
}

/** The nodes and keys of queries that were prepared before, with the project that they were prepared for. */
const known = new WeakMap<object, Prepared>()

/** How many readers with filters of their own are remembered of a query. */
const MOST_KEYS = 200

export interface Preparation {
  readonly now: Date
  /** What whoever asks is held to: everything that is made of the answer is theirs alone. */
  readonly forced: ForcedFilters
  /** The zone in which whoever asks counts days; that of the project unless given. */
  readonly timezone?: string | null
  /** Where the query stands in the request, for errors; `query` unless given. */
  readonly path?: readonly string[] | undefined
}

/**
 * Parses a query and finds its cache key. Throws a 400 for a query that cannot be computed: it is never cached and never
 * enqueued.
 */
export async function prepareQuery(
  project: Project,
  query: unknown,
  { now, forced, timezone = null, path = ['query'] }: Preparation,
): Promise<PreparedQuery> {
  const isObject = typeof query === 'object' && query !== null
  const before = isObject ? known.get(query) : undefined
  const text = `${timezone ?? ''} ${forcedText(forced)}`
  const seen = inZone(project, timezone)
  const knownKey = before?.project === project ? before.keys.get(text) : undefined
  if (before && knownKey !== undefined) {
    const { node } = before
    return {
      query,
      node,
      forced,
      timezone,
      key: knownKey,
      // a cached read asks for none
      get description() {
        return describeQuery(seen, node, now)
      },
    }
  }
  const node = parseQuery(query, path)
  const description = describeQuery(seen, node, now)
  const key = await cacheKey(seen, description.identity, forced)
  if (isObject) {
    const keys = before?.project === project && before.keys.size < MOST_KEYS ? before.keys : new Map<string, string>()
    known.set(query, { project, node, keys: keys.set(text, key) })
  }
  return { query, node, forced, timezone, key, description }
}
