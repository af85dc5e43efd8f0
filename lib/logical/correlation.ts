/**
 * Funnel correlation: events and properties that are over-represented among people who converted or among those who did
 * not, and the people behind a row (docs/funnels.md 13).
 */
import type { CorrelatedPeople, CorrelationPlan, CorrelationPointPlan } from '../plan/correlation.ts'
import { actorColumn } from '../plan/funnels.ts'
import { and, call, column, compare, not, table, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { CommonTable, Join, Select, SelectColumn, Source } from '../tree/relation.ts'
import { buildFilter } from './filters.ts'
import { entityTest } from './funnels/events.ts'
import { didStep, funnelWalks } from './funnels/walks.ts'
import { countIf, reachedStep } from './funnels.ts'
import { EVENTS, timestamp } from './trends/events.ts'

const ROWS = 10
/** A value of an event property that fewer people have is left out. */
const MIN_PEOPLE = 3
const AUTOCAPTURE = '$autocapture'

const integer = (n: number) => value(n, 'int')
const float = (n: number) => value(n, 'float')
const text = (t: string) => value(t, 'text')
const person = (name: string) => column('people', name)

/**
 * Common tables, the last of which is `people`: `actor`, `converted`, `first` and `final`: the seconds since the range began
 * between which events of the actor count.
 */
function peopleTables({ funnels: plan, step }: CorrelatedPeople): CommonTable[] {
  const at = (index: number) => call('element', column('walks', 'times'), integer(index))
  const converted = didStep(plan, plan.steps.length - 1)
  const completed = at(plan.steps.filter(({ isOptional }) => !isOptional).length)
  const query: Select = {
    kind: 'select',
    columns: [
      { expr: column('walks', 'actor'), as: 'actor' },
      { expr: converted, as: 'converted' },
      { expr: at(1), as: 'first' },
      {
        expr: {
          kind: 'if',
          condition: converted,
          whenTrue: completed,
          whenFalse: call('add', at(1), float(plan.windowSeconds)),
        },
        as: 'final',
      },
    ],
    from: table('walks'),
    where: reachedStep(plan, step),
  }
  return [...funnelWalks(plan), { name: 'people', query }]
}

/** Events of the people between their first step and the end of their attempt. */
function eventsBetween({ funnels: plan }: CorrelatedPeople): { join: Join; where: Expr } {
  const at = call('secondsBetween', value(plan.from, 'instant'), timestamp)
  return {
    join: { source: table('people'), on: compare(person('actor'), '=', actorColumn(plan.actor)) },
    where: and(
      compare(timestamp, '>=', value(plan.from, 'instant')),
      compare(timestamp, '<', value(plan.to, 'instant')),
      compare(at, '>', person('first')),
      compare(at, '<', person('final')),
    ),
  }
}

const event = column('events', 'event')
const isOneOf = (expr: Expr, values: readonly string[]): Expr =>
  values.length === 0 ? value(false, 'boolean') : { kind: 'in', expr, list: { kind: 'list', values, type: 'text' } }

/** Columns `name`, `actor`, `converted`: a row for each event or property that a person did or has. */
function candidates(plan: CorrelationPlan, people: CorrelatedPeople): Source {
  const columns = (name: Expr): SelectColumn[] => [
    { expr: name, as: 'name' },
    { expr: person('actor'), as: 'actor' },
    { expr: person('converted'), as: 'converted' },
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
      const property = (name: string): Expr => ({ kind: 'property', of: 'event', key: name, type: 'text' })
      const ofElements: Select = {
        kind: 'select',
        columns: columns(
          call(
            'concat',
            text(`${AUTOCAPTURE}::elements_chain::`),
            property('$event_type'),
            text('__~~__'),
            property('$elements_chain'),
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
    on: compare(column(alias, 'id'), '=', person('actor')),
  }
  const pair = (name: string) => column('pair', name)
  if (properties === null)
    return query({
      kind: 'select',
      columns: columns(call('concat', pair('key'), text('::'), pair('value'))),
      from: table('people'),
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
    const read = call('coalesce', { kind: 'property', of, key, type: 'text' }, text(''))
    return {
      kind: 'select',
      columns: columns(call('concat', text(`${key}::`), read)),
      from: table('people'),
      joins: [own],
    }
  })
  return { kind: 'union', queries, alias: 'candidates' }
}

/** One row at least, with `successes` and `failures` of all; the rows have `name`, `success`, `failure`, `odds`. */
export function buildCorrelation(plan: CorrelationPlan, people: CorrelatedPeople): Select {
  const total = (name: string) => column('totals', name)
  const row = (name: string) => column('counted', name)
  const number = (expr: Expr) => call('toFloat', expr)
  const totals: Select = {
    kind: 'select',
    columns: [
      { expr: number(countIf(person('converted'))), as: 'successes' },
      { expr: number(countIf(not(person('converted')))), as: 'failures' },
    ],
    from: table('people'),
  }
  const once: Select = {
    kind: 'select',
    columns: ['name', 'actor', 'converted'].map((name) => ({ expr: column('candidates', name), as: name })),
    from: candidates(plan, people),
    groupBy: ['name', 'actor', 'converted'].map((name) => column('candidates', name)),
  }
  const counted: Select = {
    kind: 'select',
    columns: [
      { expr: column('once', 'name'), as: 'name' },
      { expr: number(countIf(column('once', 'converted'))), as: 'success' },
      { expr: number(countIf(not(column('once', 'converted')))), as: 'failure' },
    ],
    from: { kind: 'query', query: once, alias: 'once' },
    groupBy: [column('once', 'name')],
  }
  const plusOne = (expr: Expr) => call('add', expr, float(1))
  const others = (all: string, own: string) => plusOne(call('subtract', total(all), row(own)))
  const odds = call(
    'divide',
    call('multiply', plusOne(row('success')), others('failures', 'failure')),
    call('multiply', others('successes', 'success'), plusOne(row('failure'))),
  )
  const both = call('add', row('success'), row('failure'))
  const all = call('add', total('successes'), total('failures'))
  const scored: Select = {
    kind: 'select',
    columns: [
      ...['name', 'success', 'failure'].map((name) => ({ expr: row(name), as: name })),
      { expr: odds, as: 'odds' },
    ],
    from: { kind: 'query', query: counted, alias: 'counted' },
    joins: [{ source: table('totals'), on: value(true, 'boolean') }],
    where: and(
      compare(both, '>=', call('least', float(25), call('multiply', all, float(0.02)))),
      ...(plan.of === 'event_with_properties' ? [compare(both, '>=', float(MIN_PEOPLE))] : []),
    ),
  }
  const best = (isSuccess: boolean): Select => {
    const scoredOdds = column('scored', 'odds')
    const top: Select = {
      kind: 'select',
      columns: ['name', 'success', 'failure', 'odds'].map((name) => ({ expr: column('scored', name), as: name })),
      from: table('scored'),
      where: compare(scoredOdds, isSuccess ? '>' : '<=', float(1)),
      orderBy: [
        { expr: scoredOdds, descending: isSuccess },
        { expr: column('scored', 'name'), byCodePoint: true },
      ],
      limit: ROWS,
    }
    return {
      kind: 'select',
      columns: ['name', 'success', 'failure', 'odds'].map((name) => ({ expr: column('top', name), as: name })),
      from: { kind: 'query', query: top, alias: 'top' },
    }
  }
  return {
    kind: 'select',
    with: [...peopleTables(people), { name: 'totals', query: totals }, { name: 'scored', query: scored }],
    columns: [
      { expr: total('successes'), as: 'successes' },
      { expr: total('failures'), as: 'failures' },
      ...['name', 'success', 'failure', 'odds'].map((name) => ({ expr: column('rows', name), as: name })),
    ],
    from: table('totals'),
    joins: [
      {
        source: {
          kind: 'query',
          alias: 'rows',
          query: {
            kind: 'select',
            columns: ['name', 'success', 'failure', 'odds'].map((name) => ({ expr: column('ranked', name), as: name })),
            from: { kind: 'union', queries: [best(true), best(false)], alias: 'ranked' },
          },
        },
        on: value(true, 'boolean'),
        left: true,
      },
    ],
  }
}

/** Columns `actor`, `event_count`: the people behind a row, or all of them. */
export function buildCorrelationActors({ people, converted, entity, properties }: CorrelationPointPlan): Select {
  const actor = person('actor')
  const isWanted = converted === null ? [] : [converted ? person('converted') : not(person('converted'))]
  const columns: SelectColumn[] = [
    { expr: actor, as: 'actor' },
    { expr: call('toFloat', call('countAll')), as: 'event_count' },
  ]
  if (entity) {
    const { join, where } = eventsBetween(people)
    return {
      kind: 'select',
      with: peopleTables(people),
      columns,
      from: EVENTS,
      joins: [join],
      where: and(where, entityTest(entity), buildFilter(properties), ...isWanted),
      groupBy: [actor],
    }
  }
  const { actor: kind } = people.funnels
  const alias = kind.kind === 'group' ? kind.owner : 'persons'
  return {
    kind: 'select',
    with: peopleTables(people),
    columns,
    from: table('people'),
    joins: [
      {
        source: { kind: 'table', name: kind.kind === 'group' ? 'groups' : 'persons', alias },
        on: compare(column(alias, 'id'), '=', actor),
      },
    ],
    where: and(buildFilter(properties, actor), ...isWanted),
    groupBy: [actor],
  }
}
