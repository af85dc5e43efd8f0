/** Keys of our nodes that say where in a request something stands, for errors. */
const POSITIONS: ReadonlySet<string> = new Set(['attr', 'path'])

/**
 * A node without the places in the request that it was read from: what is the same for the bare, wrapped and legacy
 * form of a query. Keys of nodes are our own, so none of them comes from outside.
 */
export function withoutPositions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPositions)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const kept = Object.entries(value).filter(([key]) => !POSITIONS.has(key))
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutPositions(item)]))
}
