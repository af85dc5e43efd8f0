import { sha256 } from '../core/ids.ts'
import { canonicalJson } from '../core/json.ts'
import type { Project } from '../core/project.ts'

/** Moves when a release computes something else for the same node. */
const SCHEMA_VERSION = 3

/** SHA-256 of all that decides a result (docs/architecture.md "Cache key"). `identity`: the node without its display keys. */
export const cacheKey = (project: Project, identity: unknown): Promise<string> =>
  sha256(canonicalJson([SCHEMA_VERSION, project.id, project.timezone, project.weekStartDay, identity]))
