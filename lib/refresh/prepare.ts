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
  /** As of the instant for which it was prepared. */
  readonly description: QueryDescription
}

/** The nodes and keys of queries that were prepared before, with the project that they were prepared for. */
const known = new WeakMap<object, { readonly project: Project; readonly node: QueryNode; readonly key: string }>()

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
  const isObject = typeof query === 'object' && query !== null
  const before = isObject ? known.get(query) : undefined
  if (before?.project === project) {
    const { node, key } = before
    return {
      query,
      node,
      key,
      // a cached read asks for none
      get description() {
        return describeQuery(project, node, now)
      },
    }
  }
  const node = parseQuery(query, path)
  const description = describeQuery(project, node, now)
  const key = await cacheKey(project, description.identity)
  if (isObject) known.set(query, { project, node, key })
  return { query, node, key, description }
}
