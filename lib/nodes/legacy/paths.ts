import { parseError } from '../../core/errors.ts'
import { isObject, type Json } from '../../core/json.ts'
import { convertFunnels } from './funnels.ts'
import { ofEveryKind } from './parts.ts'
import { type LegacyQuery, readersOf, unlessEmpty, withoutMissing } from './values.ts'

/**
 * Legacy filters of paths -> PathsQuery. Throws 400 `parse_error` if a value cannot be read, or if it asks for what a
 * PathsQuery does not have.
 */
export function convertPaths(filters: Json): LegacyQuery {
  const { number, boolean, list } = readersOf(filters)
  const texts = (key: string) => unlessEmpty(list(key))
  if (list('include_custom_events').length > 0)
    throw parseError('include_custom_events: Name the type custom_event, and leave events out by exclude_events.')
  return withoutMissing({
    kind: 'PathsQuery',
    ...ofEveryKind(filters),
    aggregation_group_type_index: number('aggregation_group_type_index'),
    pathsFilter: withoutMissing({
      // the oldest filters have one type
      includeEventTypes: texts('include_event_types') ?? (filters.path_type ? [filters.path_type] : undefined),
      pathsHogQLExpression: filters.paths_hogql_expression || undefined,
      startPoint: filters.start_point || undefined,
      endPoint: filters.end_point || undefined,
      pathGroupings: texts('path_groupings'),
      excludeEvents: texts('exclude_events'),
      stepLimit: number('step_limit'),
      edgeLimit: number('edge_limit'),
      minEdgeWeight: number('min_edge_weight'),
      maxEdgeWeight: number('max_edge_weight'),
      pathReplacements: boolean('path_replacements'),
      localPathCleaningFilters: texts('local_path_cleaning_filters'),
    }),
    funnelPathsFilter: funnelPaths(filters),
  })
}

function funnelPaths(filters: Json): Json | undefined {
  if (!filters.funnel_paths) return undefined
  const funnel = readersOf(filters).json('funnel_filter')
  if (!isObject(funnel)) throw parseError('funnel_filter: The filters of a funnel are required with funnel_paths.')
  return withoutMissing({
    funnelPathType: filters.funnel_paths,
    funnelSource: convertFunnels(funnel),
    funnelStep: readersOf(funnel, 'funnel_filter').number('funnel_step'),
  })
}
