import type { ForcedFilters } from '../core/forced-filters.ts'
import { sha256 } from '../core/ids.ts'
import { canonicalJson } from '../core/json.ts'
import type { Project } from '../core/project.ts'

/** A release that computes another result for the same node makes it higher. */
const SCHEMA_VERSION = 4

/**
 * SHA-256 of everything that decides a result (docs/architecture.md "Cache key"). `identity`: the node without its
 * display keys and without positions in the request.
 */
export const cacheKey = (project: Project, identity: unknown, forced: ForcedFilters): Promise<string> => {
  const rows = forced.length > 0 ? [forced] : []
  return sha256(canonicalJson([SCHEMA_VERSION, project.id, project.timezone, project.weekStartDay, identity, ...rows]))
}
