/** The limits of one query; they are checked before its schema. */

import { parseError } from '../core/errors.ts'
import { MAX_INT } from '../core/ids.ts'
import { isDeeperThan, MAX_DEPTH } from '../core/json.ts'

/** The longest name, key or label, in characters. */
export const MAX_NAME = 400
/** The longest expression and the longest value of a filter, in characters. */
export const MAX_TEXT = 10_000
/** The largest number of values of one filter. */
export const MAX_VALUES = 10_000
/** The largest number of filters of a query, including those of its series and groups. */
export const MAX_FILTERS = 500
export const MAX_SERIES = 26
/** The largest id of a row. */
export const MAX_ID = MAX_INT

const FILTER_LISTS: ReadonlySet<string> = new Set(['properties', 'fixedProperties', 'values'])

/**
 * Checks the size of a node before its schema does. `path`: the place of the node in the request. Throws 400
 * `parse_error` if the node nests too deeply or has too many filters.
 */
export function checkBounds(json: unknown, path: readonly string[]): void {
  const refuse = (detail: string) => parseError(`${path.join('.')}: ${detail}`)
  if (isDeeperThan(json)) throw refuse(`Objects and lists are nested ${MAX_DEPTH} deep at most.`)
  if (countFilters(json) > MAX_FILTERS) throw refuse(`A query has ${MAX_FILTERS} filters at most.`)
}

/** The number of objects in the lists that hold filters. Recursion is safe, because the depth is checked before. */
function countFilters(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 0
  return Object.entries(json).reduce((sum, [key, item]) => {
    const isList = Array.isArray(item) && FILTER_LISTS.has(key)
    return (
      sum + (isList ? item.filter((one) => typeof one === 'object' && one !== null).length : 0) + countFilters(item)
    )
  }, 0)
}
