import * as z from 'zod/mini'
import { parseError } from '../core/errors.ts'
import { asSentence, mostTelling } from '../core/issue-texts.ts'

/** A schema shape in which each key is optional and may have any value. */
export function anyKeys<K extends string>(keys: readonly K[]): Record<K, z.ZodMiniOptional<z.ZodMiniUnknown>> {
  return Object.fromEntries(keys.map((key) => [key, z.optional(z.unknown())])) as Record<
    K,
    z.ZodMiniOptional<z.ZodMiniUnknown>
  >
}

/**
 * Parses a part of a query; `path` is its place in the request. Throws 400 `parse_error` if it does not fit the schema:
 * `detail` names the path.
 */
export function parseNodePart<T>(schema: z.ZodMiniType<T>, json: unknown, path: readonly PropertyKey[]): T {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const wrong = mostTelling(parsed.error.issues)
  throw parseError(`${[...path, ...wrong.path].map(String).join('.')}: ${asSentence(wrong.text)}`)
}
