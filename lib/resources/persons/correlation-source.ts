import type { Json } from '../../core/json.ts'

/** Refers to a row of a correlation. */
export interface CorrelationRow {
  /** The name that the result shows, e.g. `signed up` or `$browser::Safari`. */
  readonly name: string
  /** true: the people who converted; false: those who did not. */
  readonly converted: boolean
}

/** The node that lists the people behind a row of a correlation. `insight` is the node of the correlation. */
export function correlationSource(insight: Json, { name, converted }: CorrelationRow): Json {
  const shared = { kind: 'FunnelCorrelationActorsQuery', source: insight, funnelCorrelationPersonConverted: converted }
  const [first = '', key = '', ...rest] = name.split('::')
  const filter = (property: string, value: string, type: Json) =>
    value === ''
      ? { key: property, operator: 'is_not_set', ...type }
      : { key: property, value: [value], operator: 'exact', ...type }
  if (insight.funnelCorrelationType === 'properties') {
    const { source } = insight.source as { source: { aggregation_group_type_index?: number | null } }
    const index = source.aggregation_group_type_index
    const type = index == null ? { type: 'person' } : { type: 'group', group_type_index: index }
    return { ...shared, funnelCorrelationPropertyValues: [filter(first, [key, ...rest].join('::'), type)] }
  }
  if (insight.funnelCorrelationType === 'events')
    return { ...shared, funnelCorrelationPersonEntity: { kind: 'EventsNode', event: name } }
  const value = rest.join('::')
  const [, eventType = '', chain = ''] = key === 'elements_chain' ? (/^(.*?)__~~__(.*)$/s.exec(value) ?? []) : []
  const properties =
    key === 'elements_chain'
      ? [filter('$event_type', eventType, { type: 'event' }), filter('$elements_chain', chain, { type: 'event' })]
      : [filter(key, value, { type: 'event' })]
  return { ...shared, funnelCorrelationPersonEntity: { kind: 'EventsNode', event: first, properties } }
}
