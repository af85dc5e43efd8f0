/** Plans lifecycles: a node -> the events that count, and intervals with absolute instants (docs/lifecycle.md). */
import { assert } from '../core/assert.ts'
import type { LifecycleNode } from '../nodes/lifecycle/node.ts'
import type { Bounds, Interval } from '../tree/types.ts'
import { iso, nextStart, startOf } from './calendar.ts'
import type { Filter } from './condition.ts'
import type { PlanScope } from './context.ts'
import { buckets, shownEnds } from './dates.ts'
import { entityAction, type PlannedEntity, planEntity } from './entity.ts'
import { type EventActor, planEventActor } from './event-actor.ts'
import { planFilter } from './filter.ts'
import { dayOf } from './labels.ts'
import { periodOf } from './period.ts'
import { testAccountFilter } from './test-accounts.ts'

export interface LifecyclePlan {
  readonly kind: 'LifecycleQuery'
  readonly interval: Interval
  readonly timezone: string
  readonly weekStartDay: 0 | 1
  readonly entity: PlannedEntity
  readonly actor: EventActor
  /** The interval before the range, and then those that are shown: the part of each whose events count. */
  readonly bounds: readonly Bounds[]
  /** The whole interval of each of `bounds`. */
  readonly intervals: readonly Bounds[]
  readonly days: readonly string[]
  readonly labels: readonly string[]
  /** ISO instants shown in the answer. */
  readonly dateFrom: string
  readonly dateTo: string
  readonly id: string | null
  /** The name of the event or of the action. */
  readonly name: string
  readonly type: 'events' | 'actions'
  readonly customName: string | null
}

/** The event was not sent to count for no person. */
const OF_SOMEBODY: Filter = {
  kind: 'test',
  property: { of: 'event', key: '$process_person_profile' },
  type: null,
  condition: { is: 'noneOf', values: ['false'] },
}

/**
 * The node of a lifecycle -> its plan. Throws 400 naming the field if a date or a filter is invalid or an action does
 * not exist, `result_too_large` if there are too many intervals; 503 if a cohort is not calculated yet.
 */
export function planLifecycle(node: LifecycleNode, scope: PlanScope): LifecyclePlan {
  const { project, context } = scope
  const { range, interval } = periodOf(node, scope, context.earliest)
  const list = buckets(range, interval, project.weekStartDay)
  const [series] = node.series
  assert(series, 'a lifecycle has a series')
  const first = startOf(range.from, interval, project.weekStartDay)
  const before = startOf(first.minus({ milliseconds: 1 }), interval, project.weekStartDay)
  const starts = [before, ...list.map(({ start }) => start)]
  const intervals = starts.map((start, index) => ({
    from: iso(start),
    to: iso(starts[index + 1] ?? nextStart(start, interval)),
  }))
  const shown = list.map(({ start }) => start.setLocale('en-US'))
  const action = entityAction(series, scope)
  return {
    kind: 'LifecycleQuery',
    interval,
    timezone: project.timezone,
    weekStartDay: project.weekStartDay,
    entity: planEvents(node, scope),
    actor: planEventActor(node.group, null, scope),
    bounds: node.explicitDate ? [...intervals.slice(0, 1), ...list.map(({ bounds }) => bounds)] : intervals,
    intervals,
    days: shown.map((start) => dayOf(start, interval)),
    labels: shown.map((start) => start.toFormat(interval === 'hour' || interval === 'minute' ? HOUR : DAY)),
    ...shownEnds(range),
    id: series.actionId === null ? series.event : String(series.actionId),
    name: action?.name ?? series.event ?? 'All events',
    type: action ? 'actions' : 'events',
    customName: node.customName,
  }
}

const DAY = 'd-MMM-yyyy'
const HOUR = `${DAY} HH:mm`

/** The events of the first series that are events of all others, too. */
function planEvents(node: LifecycleNode, scope: PlanScope): PlannedEntity {
  const [first, ...others] = node.series.map((series) => planEntity(series, scope))
  assert(first, 'a lifecycle has a series')
  const named = others.flatMap(({ event, action, filter }): Filter[] => [
    ...(event === null ? [] : [{ kind: 'event' as const, name: event }]),
    ...(action ? [action] : []),
    filter,
  ])
  const shared = [node.filter, testAccountFilter(node, scope.project)].map((filter) => planFilter(filter, scope))
  return { ...first, filter: { kind: 'and', args: [first.filter, ...named, ...shared, OF_SOMEBODY] } }
}
