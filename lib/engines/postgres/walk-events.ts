/** The events that the walks of `walk-scan.ts` are made of. */

import { column, table, value } from '../../tree/build.ts'
import type { WalkExclusion, WalkStep, Walks } from '../../tree/relation.ts'
import { walkValue } from '../../tree/walk-columns.ts'
import { and, call, compare, type Expr, type Join, or, type Select } from './physical.ts'

const integer = (n: number) => value(n, 'int')
const zero = integer(0)
const none = value('', 'text')
const timestamp = column('events', 'timestamp')

/**
 * A row for each event that counts. Columns: `actor`, `t` (seconds since the range began),
 * `mask` (bit k: of step k + 1), with exclusions `excluded` (bit k: on the way to step k + 1), with a breakdown `value`
 * and `has_value`, with entries `bucket`. `only`: a further condition on events.
 */
export function matchedEvents(walks: Walks, only: Expr | null): Select {
  const { from, to, actor, order, entries, filter, breakdown } = walks
  const joins: Join[] = []
  const steps = walks.steps.map((step, index) => stepTest(step, index, to, joins))
  const exclusions = walks.exclusions.map(({ test }) => test)
  return {
    kind: 'select',
    columns: [
      { expr: actor, as: 'actor' },
      { expr: call('secondsBetween', value(from, 'instant'), timestamp), as: 't' },
      { expr: bits(steps.map((test, index) => [test, 1 << index])), as: 'mask' },
      ...(exclusions.length > 0 ? [{ expr: bits(exclusionBits(walks.exclusions)), as: 'excluded' }] : []),
      ...(breakdown
        ? [
            { expr: walkValue(breakdown), as: 'value' },
            { expr: or(...breakdown.parts.map((part) => compare(part, '!=', none))), as: 'has_value' },
          ]
        : []),
      ...(entries
        ? [
            {
              expr: call('bucketIndex', timestamp, { kind: 'list', values: entries.starts, type: 'instant' }),
              as: 'bucket',
            },
          ]
        : []),
    ],
    from: table('events'),
    joins,
    where: and(
      ...nameTest(walks),
      compare(timestamp, '>=', value(from, 'instant')),
      compare(timestamp, '<', value(to, 'instant')),
      filter,
      ...(only ? [only] : []),
      // what happens in between ends a strict attempt, whatever it is
      ...(order === 'strict' ? [] : [or(...steps, ...exclusions)]),
    ),
  }
}

/** The sum of the bits whose test holds. */
function bits(tests: readonly (readonly [Expr, number])[]): Expr {
  const terms = tests.map(
    ([condition, bit]): Expr => ({ kind: 'if', condition, whenTrue: integer(bit), whenFalse: zero }),
  )
  return terms.reduce((a, b) => call('add', a, b))
}

/** An exclusion between two steps, counted from 0, lies on the way to each of those after the first. */
function exclusionBits(exclusions: readonly WalkExclusion[]): (readonly [Expr, number])[] {
  const tests = new Map<number, Expr[]>()
  for (const { from, to, test } of exclusions)
    for (let step = from + 1; step <= to; step++) tests.set(step, [...(tests.get(step) ?? []), test])
  return [...tests].map(([step, any]) => [or(...any), 1 << step])
}

function stepTest({ test, first }: WalkStep, index: number, to: string, joins: Join[]): Expr {
  if (!first) return test
  const alias = `first_${index}`
  const person = column('events', 'person_id')
  const query: Select = {
    kind: 'select',
    columns: [
      { expr: person, as: 'person' },
      { expr: call('min', timestamp), as: 'first' },
    ],
    from: table('events'),
    where: and(first, compare(timestamp, '<', value(to, 'instant'))),
    groupBy: [person],
  }
  joins.push({
    source: { kind: 'query', alias, query },
    on: compare(column(alias, 'person'), '=', person),
    left: true,
  })
  const isFirst = call('coalesce', compare(timestamp, '=', column(alias, 'first')), value(false, 'boolean'))
  return and(test, isFirst)
}

/** Where every step and exclusion has a name, other events need not be read. */
function nameTest({ steps, exclusions, order }: Walks): Expr[] {
  const names = [...steps, ...exclusions].map(({ event }) => event)
  const known = names.filter((name) => name !== null)
  if (order === 'strict' || known.length < names.length) return []
  return [
    {
      kind: 'in',
      expr: column('events', 'event'),
      list: { kind: 'list', values: [...new Set(known)], type: 'text' },
    },
  ]
}
