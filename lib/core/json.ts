/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>

/** Whether a JSON value is an object: not null, not a list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How deep lists and objects may lie in each other, in bodies and in JSON that comes as text. */
export const MAX_DEPTH = 128

/** Does JSON nest deeper than `max`? Looks level by level, so that no depth of input is a depth of calls. */
export function isDeeperThan(json: unknown, max = MAX_DEPTH): boolean {
  let level = [json]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > max) return true
    level = level.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return []
      return Object.values(value).filter((item) => typeof item === 'object' && item !== null)
    })
  }
  return false
}

/**
 * JSON with the keys of objects sorted; an absent key and one that is undefined are the same. Throws an Error for what
 * JSON does not have: two values that differ must never have one text.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`
  if (!isPlainObject(value)) throw new Error(`${Object.prototype.toString.call(value)} ${String(value)} is no JSON`)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.getOwnPropertySymbols(value).length === 0
}

/** The keys of an object that have a value; `null` is one. */
export function withoutUndefined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const defined = Object.entries(object).filter(([, value]) => value !== undefined)
  return Object.fromEntries(defined) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
