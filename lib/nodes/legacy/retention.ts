import { parseError } from '../../core/errors.ts'
import { isObject, type Json } from '../../core/json.ts'
import { breakdownFilter, ofEveryKind } from './parts.ts'
import { flatProperties } from './properties.ts'
import { asBoolean, type LegacyQuery, readersOf, unlessEmpty, withoutMissing } from './values.ts'

/** Legacy filters of retention -> RetentionQuery. Throws 400 `parse_error` if a value cannot be read. */
export function convertRetention(filters: Json): LegacyQuery {
  const { number, boolean, list } = readersOf(filters)
  return withoutMissing({
    kind: 'RetentionQuery',
    ...ofEveryKind(filters),
    aggregation_group_type_index: number('aggregation_group_type_index'),
    breakdownFilter: breakdownFilter(filters),
    retentionFilter: withoutMissing({
      retentionType: filters.retention_type || filters.retentionType || undefined,
      retentionReference: filters.retention_reference,
      totalIntervals: number('total_intervals'),
      period: filters.period || undefined,
      cumulative: boolean('cumulative'),
      targetEntity: entity('target_entity', filters),
      returningEntity: entity('returning_entity', filters),
      minimumOccurrences: number('minimum_occurrences'),
      timeWindowMode: filters.time_window_mode || undefined,
      retentionCustomBrackets: unlessEmpty(list('retention_custom_brackets')),
      aggregationType: filters.aggregation_type || undefined,
      aggregationProperty: filters.aggregation_property || undefined,
      aggregationPropertyType: filters.aggregation_property_type || undefined,
      meanRetentionCalculation: meanOf(filters),
    }),
  })
}

const meanOf = ({ mean_retention_calculation: mean, show_mean: isShown }: Json) =>
  mean || (asBoolean(isShown) === false ? 'none' : 'simple')

/** An event or action. PostHog's conversion drops its filters; without them more would be counted. */
function entity(key: 'target_entity' | 'returning_entity', filters: Json): Json | undefined {
  const item = readersOf(filters).json(key)
  if (item === undefined || item === null || item === '') return undefined
  if (!isObject(item)) throw parseError(`${key}: This must be an object.`)
  const { number } = readersOf(item, key)
  const { id, type, kind, name, custom_name } = item
  const isAction = type === 'actions' || kind === 'ActionsNode'
  return withoutMissing({
    type,
    kind,
    id: isAction ? number('id') : id,
    name,
    custom_name,
    order: number('order'),
    properties: flatProperties(item.properties),
  })
}
