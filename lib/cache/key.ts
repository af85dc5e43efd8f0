import { sha256 } from '../core/ids.ts'
import type { Project } from '../core/project.ts'

/** Moves when a release computes something else for the same node. */
const SCHEMA_VERSION = 2

/** SHA-256 of all that decides a result (design.md "Cache key"). `identity`: the node without its display keys. */
export const cacheKey = (project: Project, identity: unknown): Promise<string> =>
  sha256(canonicalJson([SCHEMA_VERSION, project.id, project.timezone, project.weekStartDay, identity]))

/** JSON with the keys of objects sorted; absent and undefined are the same. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}
