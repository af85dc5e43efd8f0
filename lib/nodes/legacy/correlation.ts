import { isObject, type Json, withoutUndefined } from '../../core/json.ts'
import { convertFilters } from './filters.ts'
import { readersOf } from './values.ts'

/**
 * The flat keys of the legacy correlation endpoint -> FunnelCorrelationQuery (docs/insights.md 13). Throws 400
 * `parse_error` if a value cannot be read.
 */
export function convertCorrelation(filters: Json): Json {
  const { list } = readersOf(filters)
  const names = (key: string): string[] | undefined => {
    const values = list(key).filter((item) => !isObject(item))
    return values.length > 0 ? values.map(String) : undefined
  }
  const query = {
    kind: 'FunnelCorrelationQuery',
    source: { kind: 'FunnelsActorsQuery', source: convertFilters({ ...filters, insight: 'FUNNELS' }) },
    funnelCorrelationType: filters.funnel_correlation_type || 'events',
    funnelCorrelationNames: names('funnel_correlation_names'),
    funnelCorrelationExcludeNames: names('funnel_correlation_exclude_names'),
    funnelCorrelationExcludeEventNames: names('funnel_correlation_exclude_event_names'),
    funnelCorrelationEventNames: names('funnel_correlation_event_names'),
    funnelCorrelationEventExcludePropertyNames: names('funnel_correlation_event_exclude_property_names'),
  }
  return withoutUndefined(query)
}
