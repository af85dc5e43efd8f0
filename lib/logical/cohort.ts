/** The members of a dynamic cohort: one statement over the project's persons. */
import type { CountOperator } from '../nodes/cohort.ts'
import type { Behavior, EventSelection, MemberCondition } from '../plan/cohort.ts'
import { buildFilter } from '../plan/filter-condition.ts'
import { and, call, column, compare, isNull, not, or, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Join, Select, Source } from '../tree/relation.ts'
import {
  EVENTS,
  type EventRange,
  entityTest,
  eventPerson,
  eventsOf,
  firstEvents,
  perActor,
  rangeTest,
  timestamp,
} from './events.ts'

const PERSONS: Source = { kind: 'table', name: 'persons', alias: 'persons' }
const person = column('persons', 'id')
const one = value(1, 'int')
const zero = value(0, 'int')
const instant = (at: string) => value(at, 'instant')

const OPERATORS = { gte: '>=', lte: '<=', gt: '>', lt: '<', eq: '=', exact: '=' } as const
const isCount = (count: Expr, operator: CountOperator, times: number) =>
  compare(count, OPERATORS[operator], value(times, 'int'))

/** Column `person`: every person with a profile who meets the condition. */
export function buildCohort(condition: MemberCondition): Select {
  const joins: Join[] = []
  const where = memberTest(condition, joins)
  return {
    kind: 'select',
    columns: [{ expr: person, as: 'person' }],
    from: PERSONS,
    joins,
    where: and(compare(column('persons', 'has_profile'), '=', value(true, 'boolean')), where),
  }
}

/**
 * A condition -> a test of the table `persons`. Each condition on behavior adds a join to `joins`, because a join can
 * spill to disk when there are many persons, and a subquery in a test cannot.
 */
function memberTest(condition: MemberCondition, joins: Join[]): Expr {
  switch (condition.kind) {
    case 'and':
      return and(...condition.args.map((arg) => memberTest(arg, joins)))
    case 'or':
      return condition.args.length === 0
        ? value(true, 'boolean')
        : or(...condition.args.map((arg) => memberTest(arg, joins)))
    case 'not':
      // a condition on a missing property is null, which NOT would leave null
      return not(call('coalesce', memberTest(condition.arg, joins), value(false, 'boolean')))
    case 'person':
      return buildFilter(condition.filter, { table: 'persons', person })
    case 'behavior': {
      const alias = `did_${joins.length}`
      const on = compare(column(alias, 'actor'), '=', person)
      joins.push({ source: { kind: 'query', alias, query: personsWhoDid(condition) }, on, left: true })
      return not(isNull(column(alias, 'actor')))
    }
    default:
      return condition satisfies never
  }
}

/** Column `actor`: the persons whose behavior meets the condition, each once. */
function personsWhoDid({ events, did }: Behavior): Select {
  switch (did.what) {
    case 'count': {
      const counted = perPerson(events, did.within, { count: call('countAll') })
      return personsWhere(counted, isCount(column('each', 'count'), did.operator, did.times))
    }
    case 'first': {
      const firsts = firstEvents(events, instant(did.within.to), eventPerson)
      return personsWhere(firsts, compare(column('each', 'first'), '>=', instant(did.within.from)))
    }
    case 'stopped': {
      const lasts = perPerson(events, did.within, { last: call('max', timestamp) })
      return personsWhere(lasts, compare(column('each', 'last'), '<', instant(did.since)))
    }
    case 'restarted': {
      const counted = perPerson(
        events,
        { to: did.within.to },
        {
          before: countWhere(compare(timestamp, '<', instant(did.within.from))),
          after: countWhere(compare(timestamp, '>=', instant(did.since))),
          count: call('countAll'),
        },
      )
      const [before, after, count] = ['before', 'after', 'count'].map((name) => column('each', name)) as [
        Expr,
        Expr,
        Expr,
      ]
      // no events between `within.from` and `since`
      return personsWhere(
        counted,
        and(compare(before, '>', zero), compare(after, '>', zero), compare(call('add', before, after), '=', count)),
      )
    }
    case 'regularly':
      return regularly(events, did)
    case 'sequence':
      return sequence(events, did)
    default:
      return did satisfies never
  }
}

/** The number of rows in a group for which the test is true. */
const countWhere = (test: Expr): Expr => call('sum', { kind: 'if', condition: test, whenTrue: one, whenFalse: zero })

/** `each` has a row for each person; keeps the persons for whom the condition is true. */
const personsWhere = (each: Select, where: Expr): Select => ({
  kind: 'select',
  columns: [{ expr: column('each', 'actor'), as: 'actor' }],
  from: { kind: 'query', query: each, alias: 'each' },
  where,
})

const rangeOf = ({ from, to }: Dates): EventRange => ({
  ...(from === undefined ? {} : { from: instant(from) }),
  to: instant(to),
})

interface Dates {
  readonly from?: string
  readonly to: string
}

/** The selected events in a range, grouped by person. Columns `actor`, and an aggregate for each key of `values`. */
const perPerson = (
  events: EventSelection,
  dates: Dates,
  values: Readonly<Record<string, Expr>>,
  groupBy: readonly Expr[] = [],
): Select =>
  perActor(eventPerson, eventsOf(events, rangeOf(dates)), {
    values: Object.entries(values).map(([as, expr]) => ({ expr, as })),
    groupBy,
  })

/** Persons who did the events often enough in at least `did.atLeast` of the periods. */
function regularly(events: EventSelection, did: Extract<Behavior['did'], { what: 'regularly' }>): Select {
  const starts = did.periods.map(({ from }) => from)
  const within = { from: starts[0] ?? '', to: did.periods.at(-1)?.to ?? '' }
  const period = call('bucketIndex', timestamp, { kind: 'list', values: starts, type: 'instant' })
  const counted = perPerson(events, within, { count: call('countAll') }, [period])
  const met = personsWhere(counted, isCount(column('each', 'count'), did.operator, did.times))
  const periods: Select = {
    kind: 'select',
    columns: [
      { expr: column('met', 'actor'), as: 'actor' },
      { expr: call('countAll'), as: 'periods' },
    ],
    from: { kind: 'query', query: met, alias: 'met' },
    groupBy: [column('met', 'actor')],
  }
  return personsWhere(periods, compare(column('each', 'periods'), '>=', value(did.atLeast, 'int')))
}

/**
 * Persons who did the second event at most so many seconds after the first. Each second event looks at the latest first
 * event before it, so that the events of a person are read once.
 */
function sequence(events: EventSelection, did: Extract<Behavior['did'], { what: 'sequence' }>): Select {
  const first = entityTest(events)
  const second = entityTest(did.second)
  const latest: Expr = {
    kind: 'latestBefore',
    of: { kind: 'if', condition: first, whenTrue: timestamp, whenFalse: value(null, 'instant') },
    partitionBy: eventPerson,
    orderBy: timestamp,
  }
  const steps: Select = {
    kind: 'select',
    columns: [
      { expr: eventPerson, as: 'actor' },
      { expr: timestamp, as: 'at' },
      { expr: call('coalesce', second, value(false, 'boolean')), as: 'is_second' },
      { expr: latest, as: 'latest' },
    ],
    from: EVENTS,
    where: and(or(first, second), rangeTest(rangeOf(did.within))),
  }
  const gap = call('secondsBetween', column('steps', 'latest'), column('steps', 'at'))
  return {
    kind: 'select',
    columns: [{ expr: column('steps', 'actor'), as: 'actor' }],
    from: { kind: 'query', query: steps, alias: 'steps' },
    where: and(column('steps', 'is_second'), compare(gap, '<=', value(did.seconds, 'float'))),
    groupBy: [column('steps', 'actor')],
  }
}
