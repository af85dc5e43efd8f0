/** Legacy `filters` -> query node (docs/insights.md 12). Names are PostHog's on both sides. */
import { parseError } from '../../core/errors.ts'
import { isDeeperThan, isObject, type Json } from '../../core/json.ts'
import { convertFunnels } from './funnels.ts'
import { convertLifecycle } from './lifecycle.ts'
import { convertPaths } from './paths.ts'
import { convertRetention } from './retention.ts'
import { convertStickiness } from './stickiness.ts'
import { convertTrends } from './trends.ts'
import { type LegacyQuery, parsedText, readText } from './values.ts'

const CONVERTERS: ReadonlyMap<string, (filters: Json) => LegacyQuery> = new Map(
  Object.entries({
    TRENDS: convertTrends,
    SESSIONS: convertTrends,
    FUNNELS: convertFunnels,
    RETENTION: convertRetention,
    PATHS: convertPaths,
    LIFECYCLE: convertLifecycle,
    STICKINESS: convertStickiness,
  }),
)

/**
 * Legacy filters -> the query node with the same meaning. Throws 400 `parse_error` if a value cannot be read or there
 * is no such kind of insight.
 */
export function convertFilters(filters: Json): LegacyQuery {
  if (isDeeperThan(filters)) throw parseError('filters: Objects and lists are nested too deeply.')
  const convert = CONVERTERS.get(insightName(filters))
  if (!convert) throw parseError(`filters.insight: ${JSON.stringify(filters.insight)} is no kind of insight.`)
  return convert(filters)
}

/** The oldest filters of lifecycles and stickiness are those of trends, and `shown_as` has the kind. */
function insightName({ insight, shown_as: shownAs }: Json): string {
  const name = insight === undefined || insight === null ? 'TRENDS' : (readText(insight)?.toUpperCase() ?? '')
  if (shownAs === 'Stickiness') return 'STICKINESS'
  return shownAs === 'Lifecycle' && name === 'TRENDS' ? 'LIFECYCLE' : name
}

/**
 * The filters of an insight as an object; undefined if there are none. PostHog stored them as an object, as JSON text
 * (even JSON inside JSON), or as a list of one.
 */
export function unwrapFilters(stored: unknown): Json | undefined {
  if (Array.isArray(stored)) return stored.length === 1 ? unwrapFilters(stored[0]) : undefined
  if (typeof stored === 'string') {
    const parsed = parsedText(stored)
    return parsed === undefined ? undefined : unwrapFilters(parsed)
  }
  return isObject(stored) && Object.keys(stored).length > 0 ? stored : undefined
}
