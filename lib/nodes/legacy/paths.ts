import { funnels } from './funnels.ts'
import { ofEveryKind } from './parts.ts'
import { isObject, type Json, json, list, number, present } from './values.ts'

const texts = (name: string, filters: Json): unknown[] | undefined => {
  const values = list(name, filters[name])
  return values.length > 0 ? values : undefined
}

/** Throws 400 for what cannot be read. */
export function paths(filters: Json): Json {
  const funnel = json('funnel_filter', filters.funnel_filter)
  return present({
    kind: 'PathsQuery',
    ...ofEveryKind(filters),
    aggregation_group_type_index: number(filters.aggregation_group_type_index),
    pathsFilter: present({
      includeEventTypes: texts('include_event_types', filters),
      startPoint: filters.start_point,
      endPoint: filters.end_point,
      pathGroupings: texts('path_groupings', filters),
      excludeEvents: texts('exclude_events', filters),
      stepLimit: number(filters.step_limit),
      edgeLimit: number(filters.edge_limit),
      minEdgeWeight: number(filters.min_edge_weight),
      maxEdgeWeight: number(filters.max_edge_weight),
      pathReplacements: filters.path_replacements,
      localPathCleaningFilters: texts('local_path_cleaning_filters', filters),
      pathsHogQLExpression: filters.paths_hogql_expression,
    }),
    funnelPathsFilter:
      filters.funnel_paths && isObject(funnel)
        ? present({
            funnelPathType: filters.funnel_paths,
            funnelSource: funnels(funnel),
            funnelStep: number(funnel.funnel_step),
          })
        : undefined,
  })
}
