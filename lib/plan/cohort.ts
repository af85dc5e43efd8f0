/** Plans dynamic cohorts: the filters of a cohort -> conditions on persons with absolute instants. */
import { DateTime } from 'luxon'
import { invalid } from '../core/errors.ts'
import type { BehavioralCondition, CohortGroup, CohortInterval, CohortLeaf, CountOperator } from '../nodes/cohort.ts'
import { parseFilter } from '../nodes/filter.ts'
import type { Bounds } from '../tree/types.ts'
import { actionEvent, checkPatterns, planAction } from './action.ts'
import { isInRange } from './calendar.ts'
import type { Filter, FilterGroup } from './condition.ts'
import { dateScope, type PlanScope } from './context.ts'
import { readDate } from './dates.ts'
import { requireAction } from './entity.ts'
import { planFilter } from './filter.ts'

/** The events with a name or of an action (null: any) that meet a filter. */
export interface EventSelection {
  readonly event: string | null
  readonly action: Filter | null
  readonly filter: FilterGroup
}
/** The person did `events` as `did` says: often enough, for the first time, followed by a second event, and so on. */
export interface Behavior {
  readonly kind: 'behavior'
  readonly events: EventSelection
  readonly did:
    | { readonly what: 'count'; readonly within: Bounds; readonly operator: CountOperator; readonly times: number }
    | { readonly what: 'first'; readonly within: Bounds }
    | { readonly what: 'sequence'; readonly within: Bounds; readonly second: EventSelection; readonly seconds: number }
    | {
        readonly what: 'regularly'
        readonly periods: readonly Bounds[]
        readonly operator: CountOperator
        readonly times: number
        readonly atLeast: number
      }
    | { readonly what: 'stopped' | 'restarted'; readonly within: Bounds; readonly since: string }
}
export interface MemberGroup {
  readonly kind: 'and' | 'or'
  readonly args: readonly MemberCondition[]
}
export interface NotMember {
  readonly kind: 'not'
  readonly arg: MemberCondition
}
export interface PersonCondition {
  readonly kind: 'person'
  readonly filter: Filter
}
export type MemberCondition = Behavior | MemberGroup | NotMember | PersonCondition

const MAX_PERIODS = 366

/**
 * The filters of a cohort -> the condition that its members meet. Throws 400 naming the condition if a date, a number,
 * an action or a cohort in it is invalid or does not exist; 503 if a cohort in it is not calculated yet.
 */
export function planCohort(filters: CohortGroup, scope: PlanScope): MemberCondition {
  return planGroup(filters, ['filters', 'properties'], scope)
}

/**
 * Checks the patterns of a cohort's filters before they are stored. Throws 400 `invalid_input` naming an invalid one.
 */
export function checkCohort({ values }: CohortGroup, path: readonly string[] = ['filters', 'properties']): void {
  for (const [index, item] of values.entries()) {
    const at = [...path, 'values', String(index)]
    if ('values' in item) checkCohort(item, at)
    else if (item.type === 'person') checkPatterns(parseFilter([propertyFilter(item)], at))
    else if (item.type === 'behavioral') checkPatterns(parseFilter(item.event_filters ?? [], [...at, 'event_filters']))
  }
}

function planGroup({ type, values }: CohortGroup, path: readonly string[], scope: PlanScope): MemberCondition {
  return {
    kind: type === 'AND' ? 'and' : 'or',
    args: values.map((item, index) => {
      const at = [...path, 'values', String(index)]
      return 'values' in item ? planGroup(item, at, scope) : planLeaf(item, at, scope)
    }),
  }
}

function planLeaf(leaf: CohortLeaf, path: readonly string[], scope: PlanScope): MemberCondition {
  const { negation, ...rest } = leaf
  const condition =
    rest.type === 'behavioral'
      ? planBehavior(rest, path, scope)
      : ({ kind: 'person', filter: planFilter(parseFilter([propertyFilter(rest)], path), scope) } as const)
  return negation ? { kind: 'not', arg: condition } : condition
}

type PersonOrCohort = Exclude<CohortLeaf, BehavioralCondition>
const propertyFilter = ({ type, key, value, operator }: Omit<PersonOrCohort, 'negation'>) =>
  type === 'cohort' ? { type, key, value } : ({ type, key, value, operator } as never)

function planBehavior(leaf: BehavioralCondition, path: readonly string[], scope: PlanScope): Behavior {
  const attr = (key: string) => [...path, key].join('__')
  const filter = planFilter(parseFilter(leaf.event_filters ?? [], [...path, 'event_filters']), scope)
  const events = { ...selection(leaf.key, leaf.event_type, attr('key'), scope), filter }
  const required = (key: 'operator_value' | 'min_periods' | 'total_periods' | 'seq_time_value' | 'time_value') => {
    const number = leaf[key]
    if (number == null || number < 1) throw invalid(attr(key), 'This must be a number of at least 1.')
    return number
  }
  const behavior = (did: Behavior['did']): Behavior => ({ kind: 'behavior', events, did })
  const now = DateTime.fromJSDate(scope.now, { zone: scope.project.timezone })
  const before = (amount: number, unit: CohortInterval | null | undefined, key: string) => {
    if (!unit) throw invalid(attr(key), 'This field is required.', 'required')
    const at = now.minus({ [unit]: amount })
    if (!isInRange(at)) throw invalid(attr(key), 'This is out of range.')
    return iso(at)
  }
  const within = (): Bounds => {
    const read = (text: string, key: string) => iso(readDate(text, dateScope(scope), attr(key)).at)
    const to = leaf.explicit_datetime_to ? read(leaf.explicit_datetime_to, 'explicit_datetime_to') : iso(now)
    if (leaf.explicit_datetime) return { from: read(leaf.explicit_datetime, 'explicit_datetime'), to }
    return { from: before(required('time_value'), leaf.time_interval, 'time_interval'), to }
  }
  const recent = () => before(required('seq_time_value'), leaf.seq_time_interval, 'seq_time_interval')
  const operator = leaf.operator ?? 'gte'
  switch (leaf.value) {
    case 'performed_event':
      return behavior({ what: 'count', within: within(), operator: 'gte', times: 1 })
    case 'performed_event_multiple':
      return behavior({ what: 'count', within: within(), operator, times: required('operator_value') })
    case 'performed_event_first_time':
      return behavior({ what: 'first', within: within() })
    case 'performed_event_sequence': {
      if (leaf.seq_event == null) throw invalid(attr('seq_event'), 'This field is required.', 'required')
      const second = selection(leaf.seq_event, leaf.seq_event_type ?? 'events', attr('seq_event'), scope)
      const utc = now.toUTC()
      // the gap between two events is a duration, so it is counted in UTC, without clock changes
      const gap = utc.minus({ [leaf.seq_time_interval ?? 'day']: required('seq_time_value') })
      if (!isInRange(gap)) throw invalid(attr('seq_time_value'), 'This is out of range.')
      const seconds = utc.diff(gap, 'seconds').seconds
      return behavior({ what: 'sequence', within: within(), second: { ...second, filter: ALL }, seconds })
    }
    case 'performed_event_regularly': {
      const total = required('total_periods')
      const atLeast = required('min_periods')
      const length = required('time_value')
      if (total > MAX_PERIODS) throw invalid(attr('total_periods'), `There are ${MAX_PERIODS} periods at most.`)
      if (atLeast > total) throw invalid(attr('min_periods'), 'This is more than total_periods.')
      const edge = (n: number) => (n === 0 ? iso(now) : before(n * length, leaf.time_interval, 'time_interval'))
      const periods = Array.from({ length: total }, (_, i) => ({ from: edge(total - i), to: edge(total - i - 1) }))
      const times = leaf.operator_value == null ? 1 : required('operator_value')
      return behavior({ what: 'regularly', periods, operator, times, atLeast })
    }
    case 'stopped_performing_event':
    case 'restarted_performing_event': {
      const since = recent()
      const bounds = within()
      if (since <= bounds.from) throw invalid(attr('seq_time_value'), 'This must be shorter than the whole time.')
      return behavior({
        what: leaf.value === 'stopped_performing_event' ? 'stopped' : 'restarted',
        within: bounds,
        since,
      })
    }
    default:
      return leaf.value satisfies never
  }
}

const ALL: FilterGroup = { kind: 'and', args: [] }
const iso = (at: DateTime): string => at.toUTC().toISO() ?? ''

function selection(key: string | number, type: 'events' | 'actions', attr: string, scope: PlanScope) {
  if (type === 'events') return { event: String(key), action: null }
  const action = requireAction(Number(key), attr, scope.context)
  return { event: actionEvent(action.steps), action: planAction(action.steps, scope) }
}
