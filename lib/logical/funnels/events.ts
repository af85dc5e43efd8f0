/** The events of a funnel: whose they are, when, of which steps, and what they are told apart by. */
import { actorColumn, type FunnelEntity, type FunnelStep, type FunnelsPlan } from '../../plan/funnels.ts'
import {
  and,
  call,
  column,
  compare,
  type Expr,
  isNull,
  type Join,
  not,
  or,
  type Select,
  value,
} from '../../tree/query.ts'
import { buildFilter } from '../filters.ts'
import { EVENTS, readOf, timestamp } from '../trends/events.ts'

const zero = value(0, 'int')
const none = value('', 'text')

/**
 * A row for each event that counts. Columns: `actor`, `t` (seconds since the range began),
 * `mask` (bit k: of step k + 1), with exclusions `excluded` (bit k: on the way to step k + 1), with a breakdown `value`
 * (a text, of several properties a JSON list) and `has_value`, for trends `bucket`.
 */
export function funnelEvents(plan: FunnelsPlan): Select {
  const joins: Join[] = []
  const steps = plan.steps.map((step, index) => stepTest(plan, step, index, joins))
  const exclusions = plan.exclusions.map((exclusion) => entityTest(exclusion))
  const actor = actorColumn(plan.actor)
  const breakdown = breakdownValue(plan)
  const seconds = call('secondsBetween', value(plan.from, 'instant'), timestamp)
  const starts = { kind: 'list', values: plan.starts, type: 'instant' } as const
  return {
    kind: 'select',
    columns: [
      { expr: actor, as: 'actor' },
      { expr: seconds, as: 't' },
      { expr: bits(steps.map((test, index) => [test, 1 << index])), as: 'mask' },
      ...(exclusions.length > 0 ? [{ expr: bits(exclusionBits(plan, exclusions)), as: 'excluded' }] : []),
      ...(breakdown
        ? [
            { expr: breakdown.value, as: 'value' },
            { expr: breakdown.hasValue, as: 'has_value' },
          ]
        : []),
      ...(plan.view === 'trends' ? [{ expr: call('bucketIndex', timestamp, starts), as: 'bucket' }] : []),
    ],
    from: EVENTS,
    joins,
    where: and(
      ...nameTest(plan),
      compare(timestamp, '>=', value(plan.from, 'instant')),
      compare(timestamp, '<', value(plan.to, 'instant')),
      ...present(plan, actor),
      buildFilter(plan.filter),
      // what happens in between ends a strict attempt, whatever it is
      ...(plan.order === 'strict' ? [] : [or(...steps, ...exclusions)]),
    ),
  }
}

/** The sum of the bits whose test holds. */
function bits(tests: readonly (readonly [Expr, number])[]): Expr {
  const terms = tests.map(
    ([condition, bit]): Expr => ({ kind: 'if', condition, whenTrue: value(bit, 'int'), whenFalse: zero }),
  )
  return terms.reduce((a, b) => call('add', a, b))
}

/** An exclusion between two steps, counted from 0, lies on the way to each of those after the first. */
function exclusionBits({ exclusions }: FunnelsPlan, tests: readonly Expr[]): (readonly [Expr, number])[] {
  const masks = new Map<number, Expr[]>()
  for (const [index, { from, to }] of exclusions.entries())
    for (let step = from + 1; step <= to; step++) masks.set(step, [...(masks.get(step) ?? []), tests[index] as Expr])
  return [...masks].map(([step, any]) => [or(...any), 1 << step])
}

function stepTest(plan: FunnelsPlan, step: FunnelStep, index: number, joins: Join[]): Expr {
  if (!step.first) return entityTest(step)
  const alias = `first_${index}`
  const person = column('events', 'person_id')
  const query: Select = {
    kind: 'select',
    columns: [
      { expr: person, as: 'person' },
      { expr: call('min', timestamp), as: 'first' },
    ],
    from: EVENTS,
    where: and(
      ...(step.first === 'named' ? namedTest(step) : [entityTest(step)]),
      compare(timestamp, '<', value(plan.to, 'instant')),
    ),
    groupBy: [person],
  }
  joins.push({
    source: { kind: 'query', alias, query },
    on: compare(column(alias, 'person'), '=', person),
    left: true,
  })
  const isFirst = call('coalesce', compare(timestamp, '=', column(alias, 'first')), value(false, 'boolean'))
  return and(entityTest(step), isFirst)
}

const namedTest = ({ event, action }: FunnelEntity): Expr[] => [
  ...(event === null ? [] : [compare(column('events', 'event'), '=', value(event, 'text'))]),
  ...(action ? [buildFilter(action)] : []),
]
/** Is the event one of the entity? */
export const entityTest = (entity: FunnelEntity): Expr => and(...namedTest(entity), buildFilter(entity.filter))

/** Where every step and exclusion has a name, other events need not be read. */
function nameTest({ steps, exclusions, order }: FunnelsPlan): Expr[] {
  const names = [...steps, ...exclusions].map(({ event }) => event)
  if (order === 'strict' || names.includes(null)) return []
  const list = { kind: 'list', values: [...new Set(names as string[])], type: 'text' } as const
  return [{ kind: 'in', expr: column('events', 'event'), list }]
}

/** Events without a group, and without the text that actors go by, are of nobody. */
function present({ actor }: FunnelsPlan, expr: Expr): Expr[] {
  if (actor.kind === 'person') return []
  return actor.kind === 'group' ? [not(isNull(expr))] : [compare(expr, '!=', none)]
}

function breakdownValue({ breakdown }: FunnelsPlan): { value: Expr; hasValue: Expr } | null {
  if (!breakdown || breakdown.cohorts) return null
  const parts = breakdown.parts.map((part) => {
    const text = call('coalesce', readOf(part, 'text'), none)
    return part.normalizeUrl ? call('trimUrl', text) : text
  })
  const [first] = parts
  if (!first) return null
  const hasValue = or(...parts.map((part) => compare(part, '!=', none)))
  return { value: parts.length === 1 ? first : call('textsJson', call('texts', ...parts), none), hasValue }
}
