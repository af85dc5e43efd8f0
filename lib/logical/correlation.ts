/**
 * Funnel correlation: events and properties that are over-represented among people who converted or among those who did
 * not (docs/funnels.md 13).
 */
import type { CorrelatedPeople, CorrelationPlan } from '../plan/correlation.ts'
import { and, call, column, columnsOf, common, compare, not, sameColumns, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'
import { candidates } from './correlation/candidates.ts'
import { peopleColumn, peopleTables } from './correlation/people.ts'
import { countIf } from './funnels.ts'

/** The largest number of rows for success, and of rows for failure. */
const ROWS = 10
/** Values of event properties that fewer people have are left out. */
const MIN_PEOPLE = 3

/** The columns of a row, beside the totals. */
const SCORES = ['name', 'success', 'failure', 'odds']

const float = (n: number) => value(n, 'float')

/**
 * Columns `successes` and `failures` (how many people converted and did not, the same in each row), then `name`,
 * `success`, `failure` and `odds` of an event or property. There is always one row: without candidates its other
 * columns are null.
 */
export function buildCorrelation(plan: CorrelationPlan, people: CorrelatedPeople): Select {
  const total = (name: string) => column('totals', name)
  const row = (name: string) => column('counted', name)
  const number = (expr: Expr) => call('toFloat', expr)
  const totals: Select = {
    kind: 'select',
    columns: [
      { expr: number(countIf(peopleColumn('converted'))), as: 'successes' },
      { expr: number(countIf(not(peopleColumn('converted')))), as: 'failures' },
    ],
    from: common('people'),
  }
  const once: Select = {
    kind: 'select',
    columns: sameColumns('candidates', ['name', 'actor', 'converted']),
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
    joins: [{ source: common('totals'), on: value(true, 'boolean') }],
    where: and(
      compare(both, '>=', call('least', float(25), call('multiply', all, float(0.02)))),
      ...(plan.of === 'event_with_properties' ? [compare(both, '>=', float(MIN_PEOPLE))] : []),
    ),
  }
  const best = (isSuccess: boolean): Select => {
    const scoredOdds = column('scored', 'odds')
    const top: Select = {
      kind: 'select',
      columns: sameColumns('scored', SCORES),
      from: common('scored'),
      where: compare(scoredOdds, isSuccess ? '>' : '<=', float(1)),
      orderBy: [
        { expr: scoredOdds, descending: isSuccess },
        { expr: column('scored', 'name'), byCodePoint: true },
      ],
      limit: ROWS,
    }
    return columnsOf({ kind: 'query', query: top, alias: 'top' }, SCORES)
  }
  return {
    kind: 'select',
    with: [...peopleTables(people), { name: 'totals', query: totals }, { name: 'scored', query: scored }],
    columns: [
      { expr: total('successes'), as: 'successes' },
      { expr: total('failures'), as: 'failures' },
      ...sameColumns('rows', SCORES),
    ],
    from: common('totals'),
    joins: [
      {
        source: {
          kind: 'query',
          alias: 'rows',
          query: columnsOf({ kind: 'union', queries: [best(true), best(false)], alias: 'ranked' }, SCORES),
        },
        on: value(true, 'boolean'),
        left: true,
      },
    ],
  }
}
