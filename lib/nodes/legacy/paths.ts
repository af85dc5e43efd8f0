import { isObject, type Json } from '../../core/json.ts'
import { convertFunnels } from './funnels.ts'
import { ofEveryKind } from './parts.ts'
import { readJson, readList, readNumber, withoutMissing } from './values.ts'

const texts = (name: string, filters: Json): unknown[] | undefined => {
  const values = readList(name, filters[name])
  return values.length > 0 ? values : undefined
}

/** Legacy filters of paths -> PathsQuery. Throws 400 `parse_error` if a value cannot be read. */
export function convertPaths(filters: Json): Json {
  const funnel = readJson('funnel_filter', filters.funnel_filter)
  return withoutMissing({
    kind: 'PathsQuery',
    ...ofEveryKind(filters),
    aggregation_group_type_index: readNumber(filters.aggregation_group_type_index),
    pathsFilter: withoutMissing({
      includeEventTypes: texts('include_event_types', filters),
      startPoint: filters.start_point,
      endPoint: filters.end_point,
      pathGroupings: texts('path_groupings', filters),
      excludeEvents: texts('exclude_events', filters),
      stepLimit: readNumber(filters.step_limit),
      edgeLimit: readNumber(filters.edge_limit),
      minEdgeWeight: readNumber(filters.min_edge_weight),
      maxEdgeWeight: readNumber(filters.max_edge_weight),
      pathReplacements: filters.path_replacements,
      localPathCleaningFilters: texts('local_path_cleaning_filters', filters),
      pathsHogQLExpression: filters.paths_hogql_expression,
    }),
    funnelPathsFilter:
      filters.funnel_paths && isObject(funnel)
        ? withoutMissing({
            funnelPathType: filters.funnel_paths,
            funnelSource: convertFunnels(funnel),
            funnelStep: readNumber(funnel.funnel_step),
          })
        : undefined,
  })
}
