import * as z from 'zod/mini'
import '../core/issue-texts.ts'
import { parseError } from '../core/errors.ts'

/** A schema shape in which each key is optional and may have any value. */
export function anyKeys<K extends string>(keys: readonly K[]): Record<K, z.ZodMiniOptional<z.ZodMiniUnknown>> {
  return Object.fromEntries(keys.map((key) => [key, z.optional(z.unknown())])) as Record<
    K,
    z.ZodMiniOptional<z.ZodMiniUnknown>
  >
}

/**
 * Parses a part of a query; `path` is its place in the request. Throws 400 `parse_error` if it does not fit the schema:
 * `detail` names the path, and `attr` is the same path joined with `__`.
 */
export function parseNodePart<T>(schema: z.ZodMiniType<T>, json: unknown, path: readonly PropertyKey[]): T {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = deepest(parsed.error.issues)
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const full = [...path, ...(issue?.path ?? []), ...keys].map(String)
  const reason = keys.length > 0 ? 'Extra inputs are not permitted' : (issue?.message ?? 'Not valid')
  throw parseError(`${full.join('.')}: ${reason}.`)
}

/** The most specific issue: one about an unknown key, or the one with the longest path. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  return [...issues].sort((a, b) => b.path.length - a.path.length)[0]
}
