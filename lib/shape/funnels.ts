import { resultTooLarge } from '../core/errors.ts'
import type { Row } from '../engines/engine.ts'
import { MAX_CELLS, MAX_GROUPS } from '../plan/breakdown.ts'
import type { FunnelStep, FunnelsPlan } from '../plan/funnels.ts'
import type { ResolvedRange } from './trends.ts'

/** One step of a funnel result, with PostHog's names (docs/funnels.md 7). Times are seconds. */
export interface FunnelStepItem {
  readonly action_id: string | number | null
  readonly name: string
  readonly custom_name: string | null
  readonly order: number
  readonly people: readonly []
  readonly count: number
  readonly type: 'events' | 'actions'
  readonly average_conversion_time: number | null
  readonly median_conversion_time: number | null
  readonly breakdown?: unknown
  readonly breakdown_value?: unknown
}

/** A conversion rate over time, in percent. */
export interface FunnelCurve {
  readonly count: number
  readonly data: readonly number[]
  readonly days: readonly string[]
  readonly labels: readonly string[]
  readonly breakdown_value?: unknown
}
/** The histogram of the time to convert; `seconds` is the start of a bin. */
export interface FunnelBins {
  readonly bins: readonly (readonly [seconds: number, people: number])[]
  readonly average_conversion_time: number | null
}

/**
 * The result of a funnel; `view` tells the three forms apart. With a breakdown there is a list of steps for each value.
 */
export type FunnelsResult = {
  readonly kind: 'FunnelsQuery'
  readonly resolved_date_range: ResolvedRange
} & (
  | { readonly view: 'steps'; readonly results: readonly FunnelStepItem[] | readonly (readonly FunnelStepItem[])[] }
  | { readonly view: 'trends'; readonly results: readonly FunnelCurve[] }
  | { readonly view: 'time_to_convert'; readonly results: FunnelBins }
)

/** A step, or the steps of one breakdown value? */
export const isStep = (item: FunnelStepItem | readonly FunnelStepItem[]): item is FunnelStepItem => !Array.isArray(item)

/** Rows of `buildFunnels` -> result. Throws 400 `result_too_large` if the breakdown has too many values. */
export function shapeFunnels(plan: FunnelsPlan, rows: readonly Row[]): FunnelsResult {
  const { view } = plan
  const shared = {
    kind: 'FunnelsQuery' as const,
    resolved_date_range: { date_from: plan.dateFrom, date_to: plan.dateTo },
  }
  switch (view) {
    case 'steps':
      return { ...shared, view, results: stepResults(plan, rows) }
    case 'trends':
      return { ...shared, view, results: trendResults(plan, rows) }
    case 'time_to_convert':
      return { ...shared, view, results: binResult(rows) }
    default:
      return view satisfies never
  }
}

function stepResults(plan: FunnelsPlan, rows: readonly Row[]): FunnelStepItem[] | FunnelStepItem[][] {
  if (rows.length > MAX_GROUPS) throw resultTooLarge(`The breakdown has more than ${MAX_GROUPS} values.`)
  const lists = rows
    .filter((row) => Number(row.c0) > 0)
    .map((row) => plan.steps.map((step, i) => stepItem(plan, step, i, row)))
  return plan.breakdown ? lists : (lists[0] ?? [])
}

function stepItem(plan: FunnelsPlan, step: FunnelStep, order: number, row: Row): FunnelStepItem {
  const number = (name: string) => (row[name] == null ? null : Number(row[name]))
  const unordered = plan.order === 'unordered'
  return {
    action_id: unordered ? null : step.id,
    name: unordered ? `Completed ${order + 1} step${order === 0 ? '' : 's'}` : step.name,
    custom_name: unordered ? null : step.customName,
    order,
    people: [],
    count: number(`c${order}`) ?? 0,
    type: step.type,
    average_conversion_time: number(`a${order}`),
    median_conversion_time: number(`m${order}`),
    ...(plan.breakdown ? breakdownOf(plan, String(row.value)) : {}),
  }
}

function breakdownOf({ breakdown }: FunnelsPlan, text: string) {
  const cohort = breakdown?.cohorts?.find(({ id }) => String(id) === text)
  if (cohort) return { breakdown: cohort.name, breakdown_value: cohort.id === 'all' ? 0 : cohort.id }
  if (breakdown?.isPlain) return { breakdown: text, breakdown_value: text }
  const list = (breakdown?.parts.length ?? 0) > 1 ? JSON.parse(text) : [text]
  return { breakdown: list, breakdown_value: list }
}

function trendResults(plan: FunnelsPlan, rows: readonly Row[]): FunnelCurve[] {
  const curves = new Map<string, number[]>()
  if (!plan.breakdown)
    curves.set(
      '',
      plan.days.map(() => 0),
    )
  for (const row of rows) {
    const key = plan.breakdown ? String(row.value) : ''
    const data = curves.get(key) ?? plan.days.map(() => 0)
    const [converted, entered] = [Number(row.converted), Number(row.entered)]
    data[Number(row.bucket)] = Math.round((10_000 * converted) / entered) / 100
    curves.set(key, data)
    if (curves.size * data.length > MAX_CELLS) throw resultTooLarge(`The curves have more than ${MAX_CELLS} points.`)
  }
  if (curves.size > MAX_GROUPS) throw resultTooLarge(`The breakdown has more than ${MAX_GROUPS} values.`)
  return [...curves]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, data]) => ({
      count: data.length,
      data,
      days: plan.days,
      labels: plan.labels,
      ...(plan.breakdown ? { breakdown_value: trendValue(plan, key) } : {}),
    }))
}

/** Curves of cohorts have the name of the cohort as value, steps its id. */
function trendValue(plan: FunnelsPlan, text: string): unknown {
  const { breakdown, breakdown_value } = breakdownOf(plan, text)
  return plan.breakdown?.cohorts ? breakdown : breakdown_value
}

function binResult(rows: readonly Row[]): FunnelBins {
  const [first] = rows
  if (!first) return { bins: [], average_conversion_time: null }
  const people = new Map(rows.map((row) => [Number(row.bin), Number(row.people)]))
  const [low, width, bins] = [Number(first.low), Number(first.width), Number(first.bins)]
  return {
    bins: Array.from({ length: bins + 1 }, (_, index) => [low + index * width, people.get(index) ?? 0] as const),
    average_conversion_time: Number(first.average),
  }
}
