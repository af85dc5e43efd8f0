/** Keys of our nodes that hold a place in the request, for error messages. */
const POSITIONS: ReadonlySet<string> = new Set(['attr', 'path'])

/**
 * A node without its places in the request, so that the bare, the wrapped and the legacy form of a query are equal. The
 * keys of nodes are our own: no client can send a key named `attr` or `path`.
 */
export function withoutPositions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPositions)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const kept = Object.entries(value).filter(([key]) => !POSITIONS.has(key))
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutPositions(item)]))
}
