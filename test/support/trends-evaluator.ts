/**
 * TrendsQuery by brute force, in memory, without SQL: written from docs/trends.md, to be compared with the answer.
 * Knows what `random-trends.ts` generates. One file, so that it can be read against the document from top to bottom.
 */
import { DateTime } from 'luxon'
import type { Filter, FilterGroup, Owner, World, WorldEvent } from './evaluated-world.ts'
import { holds, isMember, propertyOf } from './filters-evaluator.ts'

export interface Query {
  readonly series: readonly {
    event: string | null
    math: string
    math_property?: string
    properties: readonly Filter[]
  }[]
  readonly interval: 'hour' | 'day' | 'week' | 'month'
  readonly from: string
  readonly to: string
  readonly properties: FilterGroup
  readonly display: 'ActionsLineGraph' | 'ActionsLineGraphCumulative' | 'ActionsPie'
  readonly breakdown: {
    readonly property: string
    readonly type: Owner
    readonly limit: number
  } | null
  /** In place of a breakdown: two cohorts of the world, whose members are told apart. */
  readonly cohorts: readonly number[] | null
  /** `to` as on the wire; null: the range before. */
  readonly compare: { readonly to: string | null } | null
  readonly formulas: readonly string[]
  readonly smoothing: number
}

export interface Curve {
  readonly breakdown: string | null
  readonly data: readonly number[]
}

const NONE = '$$_posthog_breakdown_null_$$'
const OTHER = '$$_posthog_breakdown_other_$$'
const DAY_MS = 86_400_000

interface Bucket {
  readonly start: DateTime
  readonly from: number
  readonly to: number
}

/**
 * Lists of curves, sorted as answers are: one for each series of the current and then of the previous period, or of each
 * formula one for the current and one for the previous period.
 */
export function evaluate(world: World, query: Query): Curve[][] {
  const periods = query.compare ? [query, previous(query)] : [query]
  const evaluated = periods.map((period) => evaluateSeries(world, period))
  if (query.formulas.length === 0) return evaluated.flat()
  return query.formulas.flatMap((formula) => evaluated.map((series) => combined(query, formula, series)))
}

/** The range of as many days before, or as far back as is asked for. */
function previous(query: Query): Query {
  const day = (text: string) => DateTime.fromISO(text, { zone: 'utc' })
  const length = day(query.to).diff(day(query.from), 'days').days
  const back = query.compare?.to === '-1w' ? 7 : query.compare?.to === '-2d' ? 2 : length + 1
  const moved = (text: string) => day(text).minus({ days: back }).toISODate() ?? ''
  return { ...query, from: moved(query.from), to: moved(query.to) }
}

const FORMULAS: Readonly<Record<string, (a: number, b: number) => number>> = {
  'A*2': (a) => a * 2,
  'A + B': (a, b) => a + b,
  'b-a': (a, b) => b - a,
  'A/B': (a, b) => (b === 0 ? 0 : a / b),
  '(A + B) / (A - B)': (a, b) => (a === b ? 0 : (a + b) / (a - b)),
}

function combined(query: Query, formula: string, series: readonly (readonly Curve[])[]): Curve[] {
  const apply = FORMULAS[formula]
  if (!apply) throw new Error(`the evaluator does not know ${formula}`)
  const values = [...new Set(series.flatMap((curves) => curves.map(({ breakdown }) => breakdown)))]
  const curves = values.map((breakdown) => {
    const [a, b] = series.map((list) => list.find((curve) => curve.breakdown === breakdown)?.data)
    const length = (series.flat()[0]?.data ?? []).length
    const data = Array.from({ length }, (_, index) => apply(a?.[index] ?? 0, b?.[index] ?? 0))
    const isBorrowed = query.display === 'ActionsPie' && a === undefined
    return { breakdown, data, weight: isBorrowed ? 0 : sum(data) }
  })
  const byData = (a: readonly number[], b: readonly number[]) => {
    const at = a.findIndex((value, index) => value !== b[index])
    return at < 0 ? 0 : (b[at] ?? 0) - (a[at] ?? 0)
  }
  if (query.compare) {
    const count = (curve: Curve) => (query.display === 'ActionsPie' ? 0 : sum(curve.data))
    const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
    curves.sort((a, b) => count(b) - count(a) || natural.compare(a.breakdown ?? '', b.breakdown ?? ''))
    return curves.map(({ breakdown, data }) => ({ breakdown, data }))
  }
  return curves
    .sort((a, b) => rank(a) - rank(b) || b.weight - a.weight || byData(a.data, b.data) || -byText(a, b))
    .map(({ breakdown, data }) => ({ breakdown, data }))
}

function evaluateSeries(world: World, query: Query): Curve[][] {
  const buckets = bucketsOf(world, query)
  const all = query.series.map((series) => {
    const matches = (event: WorldEvent) =>
      (series.event === null || event.event === series.event) &&
      series.properties.every((filter) => holds(world, event, filter)) &&
      holds(world, event, query.properties)
    const named = (event: WorldEvent) => series.event === null || event.event === series.event
    const values = query.cohorts
      ? query.cohorts.map((cohort) => String(world.cohorts[cohort]?.id))
      : [...new Set(world.events.map((event) => breakdownOf(world, query, event)))]
    const curves = values.flatMap((breakdown): Curve[] => {
      const own = (event: WorldEvent) =>
        query.cohorts
          ? isMember(
              world,
              event.person,
              world.cohorts.findIndex(({ id }) => String(id) === breakdown),
            )
          : breakdownOf(world, query, event) === breakdown
      const { data, isEmpty } = measure(world, query, series, buckets, matches, named, own)
      return (query.breakdown || query.cohorts) && isEmpty ? [] : [{ breakdown, data: smoothed(query, data) }]
    })
    return curves
  })
  if (!query.breakdown && !query.cohorts) return all
  // a formula needs all of its operands: the values that stay are those of the largest sums over the series
  const isTogether = query.formulas.length > 0 && query.breakdown !== null
  return all.map((curves) => ranked(query, curves, isTogether ? all.flat() : curves))
}

function bucketsOf({ timezone, weekStartDay }: World, { from, to, interval, display }: Query): Bucket[] {
  const first = DateTime.fromISO(from, { zone: timezone })
  const last = DateTime.fromISO(to, { zone: timezone })
  const end =
    interval === 'hour' && display !== 'ActionsPie' ? last.plus({ seconds: 1 }) : last.plus({ days: 1 }).startOf('day')
  if (display === 'ActionsPie')
    return [{ start: last, from: first.toMillis(), to: last.plus({ days: 1 }).startOf('day').toMillis() }]
  const buckets: Bucket[] = []
  let start =
    interval === 'week'
      ? first.minus({ days: weekStartDay === 1 ? first.weekday - 1 : first.weekday % 7 }).startOf('day')
      : first.startOf(interval)
  // of the hour of the last date its first second counts
  while (start < end) {
    const next = interval === 'hour' ? start.plus({ hours: 1 }) : start.plus({ [`${interval}s`]: 1 }).startOf('day')
    buckets.push({
      start,
      from: Math.max(start.toMillis(), first.toMillis()),
      to: Math.min(next.toMillis(), end.toMillis()),
    })
    start = next
  }
  return buckets
}

/** The mean of the last buckets, rounded down. */
const smoothed = ({ smoothing }: Query, data: readonly number[]) =>
  smoothing <= 1
    ? data
    : data.map((_, index) => {
        const last = data.slice(Math.max(0, index - smoothing + 1), index + 1)
        return Math.floor(sum(last) / last.length)
      })

const distinct = (items: readonly unknown[]) => new Set(items).size

function measure(
  world: World,
  query: Query,
  series: Query['series'][number],
  buckets: readonly Bucket[],
  matches: (event: WorldEvent) => boolean,
  named: (event: WorldEvent) => boolean,
  own: (event: WorldEvent) => boolean,
): { data: number[]; isEmpty: boolean } {
  const within = (from: number, to: number) =>
    world.events.filter((event) => event.at >= from && event.at < to && matches(event) && own(event))
  const math = countedAs(series.math, query.interval)
  let data: number[]
  let isEmpty = false
  if (math === 'first_time_for_user' || math === 'first_matching_event_for_user') {
    const firsts = world.persons.flatMap((_, person) => {
      const theirs = world.events.filter(
        (event) => event.person === person && (math === 'first_time_for_user' ? named(event) : matches(event)),
      )
      const first = theirs.reduce<WorldEvent | undefined>((a, b) => (a && a.at < b.at ? a : b), undefined)
      return first && matches(first) && own(first) ? [first.at] : []
    })
    data = buckets.map(({ from, to }) => firsts.filter((at) => at >= from && at < to).length)
  } else if (math === 'weekly_active' || math === 'monthly_active') {
    data = buckets.map((bucket) => distinct(within(...lookBack(query, bucket, math)).map((event) => event.person)))
  } else if (query.display === 'ActionsLineGraphCumulative' && (math === 'dau' || math === 'unique_group')) {
    const seen = new Set<unknown>()
    data = buckets.map(({ from, to }) => {
      const actors = within(from, to)
        .map((event) => (math === 'dau' ? event.person : event.group))
        .filter((actor) => actor !== null)
      const fresh = distinct(actors.filter((actor) => !seen.has(actor)))
      for (const actor of actors) seen.add(actor)
      return fresh
    })
  } else {
    data = buckets.map(({ from, to }) => measureEvents(within(from, to), math, series.math_property))
    const all = buckets.flatMap(({ from, to }) => within(from, to))
    isEmpty = !all.some((event) => math !== 'unique_group' || event.group !== null)
  }
  if (COUNTED_ONCE.includes(math)) isEmpty = sum(data) === 0
  if (query.display !== 'ActionsLineGraphCumulative') return { data, isEmpty }
  let total = 0
  return { data: data.map((value) => (total += value)), isEmpty }
}

const COUNTED_ONCE = [
  'first_time_for_user',
  'first_matching_event_for_user',
  'weekly_active',
  'monthly_active',
  'dau',
  'unique_group',
]

/** Weekly active users of weeks are the users of each, whatever is shown of them; monthly ones of months, too. */
const countedAs = (math: string, interval: string): string =>
  (math === 'weekly_active' && ['week', 'month'].includes(interval)) ||
  (math === 'monthly_active' && interval === 'month')
    ? 'dau'
    : math

function lookBack({ interval, display }: Query, bucket: Bucket, math: string): [number, number] {
  const days = math === 'weekly_active' ? 7 : 30
  if (display !== 'ActionsPie') {
    if (interval === 'hour') return [bucket.start.plus({ hours: 1 }).toMillis() - days * DAY_MS, bucket.to]
  }
  const day = bucket.start.startOf('day')
  const end = display === 'ActionsPie' ? bucket.to : day.plus({ days: 1 }).startOf('day').toMillis()
  return [
    day
      .minus({ days: days - 1 })
      .startOf('day')
      .toMillis(),
    end,
  ]
}

function measureEvents(events: readonly WorldEvent[], math: string, property: string | undefined): number {
  const numbers = events.map((event) => event.properties[property ?? '']).filter((value) => typeof value === 'number')
  const perActor = [...Map.groupBy(events, (event) => event.person).values()].map((list) => list.length)
  switch (math) {
    case 'total':
      return events.length
    case 'dau':
      return distinct(events.map((event) => event.person))
    case 'unique_group':
      return distinct(events.map((event) => event.group).filter((group) => group !== null))
    case 'unique_session':
      return distinct(events.map((event) => event.session))
    case 'sum':
      return numbers.reduce((a, b) => a + b, 0)
    case 'avg':
      return numbers.length > 0 ? numbers.reduce((a, b) => a + b, 0) / numbers.length : 0
    case 'min':
      return numbers.length > 0 ? Math.min(...numbers) : 0
    case 'max':
      return numbers.length > 0 ? Math.max(...numbers) : 0
    case 'median':
      return quantile(numbers, 0.5)
    case 'p90':
      return quantile(numbers, 0.9)
    case 'avg_count_per_actor':
      return perActor.length > 0 ? events.length / perActor.length : 0
    case 'p75_count_per_actor':
      return quantile(perActor, 0.75)
    default:
      throw new Error(`the evaluator does not know ${math}`)
  }
}

function quantile(numbers: readonly number[], q: number): number {
  if (numbers.length === 0) return 0
  const sorted = [...numbers].sort((a, b) => a - b)
  const position = q * (sorted.length - 1)
  const low = sorted[Math.floor(position)] ?? 0
  const high = sorted[Math.ceil(position)] ?? 0
  return low + (high - low) * (position - Math.floor(position))
}

function breakdownOf(world: World, { breakdown }: Query, event: WorldEvent): string | null {
  if (!breakdown) return null
  const value = propertyOf(world, event, breakdown.property, breakdown.type)
  return value === null || value === '' ? NONE : String(value)
}

const sum = (data: readonly number[]) => data.reduce((a, b) => a + b, 0)
const rank = (curve: Curve) => (curve.breakdown === OTHER ? 2 : curve.breakdown === NONE ? 1 : 0)
const byText = (a: Curve, b: Curve) => ((a.breakdown ?? '') < (b.breakdown ?? '') ? -1 : 1)

/** Values without events are gone; the largest stay, the others are one; real values, then none, then others. */
function ranked({ breakdown, display }: Query, curves: readonly Curve[], all: readonly Curve[]): Curve[] {
  const limit = breakdown?.limit ?? 25
  const isTotal = display === 'ActionsPie'
  const plainSum = (curve: Curve) =>
    // the ranking looks at the values of the buckets, not at their running sums
    display === 'ActionsLineGraphCumulative' ? (curve.data.at(-1) ?? 0) : sum(curve.data)
  const weights = Map.groupBy(all, (curve) => curve.breakdown)
  const weight = (curve: Curve) => sum((weights.get(curve.breakdown) ?? []).map(plainSum))
  const order = [...weights.values()]
    .flatMap(([curve]) => curve ?? [])
    .sort((a, b) => (isTotal ? 0 : rank(a) - rank(b)) || weight(b) - weight(a) || byText(a, b))
  const kept = new Set(order.slice(0, limit).map((curve) => curve.breakdown))
  const rest = curves.filter((curve) => !kept.has(curve.breakdown))
  const others =
    rest.length > 0
      ? [{ breakdown: OTHER, data: (rest[0]?.data ?? []).map((_, i) => sum(rest.map((c) => c.data[i] ?? 0))) }]
      : []
  return [...curves.filter((curve) => kept.has(curve.breakdown)), ...others].sort(
    (a, b) => rank(a) - rank(b) || sum(b.data) - sum(a.data) || byText(a, b),
  )
}
