import { isObject, type Json } from '../../core/json.ts'
import { ofEveryKind } from './parts.ts'
import { readBoolean, readJson, readNumber, withoutMissing } from './values.ts'

/** Legacy filters of retention -> RetentionQuery. Throws 400 `parse_error` if a value cannot be read. */
export const convertRetention = (filters: Json): Json =>
  withoutMissing({
    kind: 'RetentionQuery',
    ...ofEveryKind(filters),
    aggregation_group_type_index: readNumber(filters.aggregation_group_type_index),
    retentionFilter: withoutMissing({
      retentionType: filters.retention_type,
      retentionReference: filters.retention_reference,
      totalIntervals: readNumber(filters.total_intervals),
      period: filters.period,
      cumulative: readBoolean(filters.cumulative),
      targetEntity: entity('target_entity', filters),
      returningEntity: entity('returning_entity', filters),
      meanRetentionCalculation: meanOf(filters),
    }),
  })

const meanOf = ({ mean_retention_calculation: mean, show_mean: shown }: Json) =>
  mean || (readBoolean(shown) === false ? 'none' : 'simple')

function entity(name: 'target_entity' | 'returning_entity', filters: Json): Json | undefined {
  const item = readJson(name, filters[name])
  if (!isObject(item)) return undefined
  const { type, id, name: itsName, custom_name, order } = item
  return withoutMissing({ type, id, name: itsName, custom_name, order: readNumber(order) })
}
