import type { Project } from '../core/project.ts'
import { parseQuery, type QueryNode } from '../nodes/index.ts'
import { describeQuery, type QueryDescription } from '../plan/describe-query.ts'
import { cacheKey } from './key.ts'

/** A query that can be computed, with the key of its result. */
export interface PreparedQuery {
  /** As the client sent it. */
  readonly query: unknown
  readonly node: QueryNode
  readonly key: string
  readonly description: QueryDescription
}

/**
 * Parses a query and finds its cache key. `path`: where the query stands in the request, for errors. Throws a 400 for a
 * query that cannot be computed: it is never cached and never enqueued.
 */
export async function prepareQuery(
  project: Project,
  query: unknown,
  now: Date,
  path: readonly string[] = ['query'],
): Promise<PreparedQuery> {
  const node = parseQuery(query, path)
  const description = describeQuery(project, node, now)
  return { query, node, key: await cacheKey(project, description.identity), description }
}
