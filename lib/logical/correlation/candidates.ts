/**
 * Candidates of a correlation: the events of people, the properties of those events, or the properties of the people.
 */
import type { CorrelatedPeople, CorrelationPlan } from '../../plan/correlation.ts'
import { and, call, column, common, compare, not, property, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { Join, Select, SelectColumn, Source } from '../../tree/relation.ts'
import { EVENTS } from '../events.ts'
import { eventsBetween, peopleColumn } from './people.ts'

const AUTOCAPTURE = '$autocapture'

const text = (t: string) => value(t, 'text')
const event = column('events', 'event')
const isOneOf = (expr: Expr, values: readonly string[]): Expr =>
  values.length === 0 ? value(false, 'boolean') : { kind: 'in', expr, list: { kind: 'list', values, type: 'text' } }

/** Columns `name`, `actor`, `converted`: a row for each event that a person did, or each property that a person has. */
export function candidates(plan: CorrelationPlan, people: CorrelatedPeople): Source {
  const columns = (name: Expr): SelectColumn[] => [
    { expr: name, as: 'name' },
    { expr: peopleColumn('actor'), as: 'actor' },
    { expr: peopleColumn('converted'), as: 'converted' },
  ]
  const { join, where } = eventsBetween(people)
  switch (plan.of) {
    case 'events':
      return query({
        kind: 'select',
        columns: columns(event),
        from: EVENTS,
        joins: [join],
        where: and(where, not(isOneOf(event, plan.excludedEvents))),
      })
    case 'event_with_properties': {
      const pairs = { kind: 'propertyPairs', of: column('events', 'properties'), alias: 'pair' } as const
      const key = column('pair', 'key')
      const named = plan.events.filter((name) => name !== AUTOCAPTURE)
      const ofPairs: Select = {
        kind: 'select',
        columns: columns(call('concat', event, text('::'), key, text('::'), column('pair', 'value'))),
        from: EVENTS,
        joins: [join, { source: pairs, on: value(true, 'boolean') }],
        where: and(where, isOneOf(event, named), not(isOneOf(key, plan.excludedEventProperties))),
      }
      const read = (name: string) => property('event', name, 'text')
      const ofElements: Select = {
        kind: 'select',
        columns: columns(
          call(
            'concat',
            text(`${AUTOCAPTURE}::elements_chain::`),
            read('$event_type'),
            text('__~~__'),
            read('$elements_chain'),
          ),
        ),
        from: EVENTS,
        joins: [join],
        where: and(where, isOneOf(event, [AUTOCAPTURE])),
      }
      const queries = plan.events.includes(AUTOCAPTURE) ? [ofPairs, ofElements] : [ofPairs]
      return { kind: 'union', queries, alias: 'candidates' }
    }
    case 'properties':
      return ofProperties(plan, people, columns)
    default:
      return plan.of satisfies never
  }
}

const query = (select: Select): Source => ({ kind: 'query', query: select, alias: 'candidates' })

function ofProperties(
  { properties, excludedProperties }: CorrelationPlan,
  { funnels: { actor } }: CorrelatedPeople,
  columns: (name: Expr) => SelectColumn[],
): Source {
  const of = actor.kind === 'group' ? actor.owner : 'person'
  const alias = of === 'person' ? 'persons' : of
  const own: Join = {
    source: { kind: 'table', name: of === 'person' ? 'persons' : 'groups', alias },
    on: compare(column(alias, 'id'), '=', peopleColumn('actor')),
  }
  const pair = (name: string) => column('pair', name)
  if (properties === null)
    return query({
      kind: 'select',
      columns: columns(call('concat', pair('key'), text('::'), pair('value'))),
      from: common('people'),
      joins: [
        own,
        {
          source: { kind: 'propertyPairs', of: column(alias, 'properties'), alias: 'pair' },
          on: value(true, 'boolean'),
        },
      ],
      where: not(isOneOf(pair('key'), excludedProperties)),
    })
  const queries = properties.map((key): Select => {
    const read = call('coalesce', property(of, key, 'text', alias), text(''))
    return {
      kind: 'select',
      columns: columns(call('concat', text(`${key}::`), read)),
      from: common('people'),
      joins: [own],
    }
  })
  return { kind: 'union', queries, alias: 'candidates' }
}
