import { ofEveryKind } from './parts.ts'
import { bool, isObject, type Json, json, number, present } from './values.ts'

/** Throws 400 for what cannot be read. */
export const retention = (filters: Json): Json =>
  present({
    kind: 'RetentionQuery',
    ...ofEveryKind(filters),
    aggregation_group_type_index: number(filters.aggregation_group_type_index),
    retentionFilter: present({
      retentionType: filters.retention_type,
      retentionReference: filters.retention_reference,
      totalIntervals: number(filters.total_intervals),
      period: filters.period,
      cumulative: bool(filters.cumulative),
      targetEntity: entity('target_entity', filters),
      returningEntity: entity('returning_entity', filters),
      meanRetentionCalculation: meanOf(filters),
    }),
  })

const meanOf = ({ mean_retention_calculation: mean, show_mean: shown }: Json) =>
  mean || (bool(shown) === false ? 'none' : 'simple')

function entity(name: 'target_entity' | 'returning_entity', filters: Json): Json | undefined {
  const item = json(name, filters[name])
  if (!isObject(item)) return undefined
  const { type, id, name: itsName, custom_name, order } = item
  return present({ type, id, name: itsName, custom_name, order: number(order) })
}
