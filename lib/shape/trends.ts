import { cut } from '../core/text.ts'
import type { Row } from '../engines/engine.ts'
import { BREAKDOWN_NONE, BREAKDOWN_OTHER } from '../plan/breakdown.ts'
import { evaluateFormula } from '../plan/formula.ts'
import { ranksTogether, type TrendsPeriod, type TrendsPlan } from '../plan/trends.ts'

/** The range that was computed: ISO instants with the offset of the project's time zone. */
export interface ResolvedRange {
  readonly date_from: string
  readonly date_to: string
}

/** One item of `results`, with PostHog's names (docs/trends.md 10). */
export interface TrendsItem {
  readonly action: Readonly<Record<string, unknown>> | null
  readonly order: number
  readonly label: string
  readonly count: number
  readonly data: readonly number[] | null
  readonly labels?: readonly string[]
  readonly days: readonly string[]
  readonly aggregated_value?: number
  readonly breakdown_value?: string | number | readonly string[]
  readonly compare?: true
  readonly compare_label?: 'current' | 'previous'
  readonly filter: Readonly<Record<string, unknown>>
}

/** The largest number of characters of a breakdown value in a label; `breakdown_value` is not cut. */
const MAX_LABEL = 400

/** The numbers of one item: of a series and a breakdown value. */
interface Curve {
  readonly series: number
  readonly breakdown: string | null
  /** One value for each bucket; for totals a single value. */
  readonly data: readonly number[]
  /** For formulas of totals: the first series lacks this breakdown value, so the curve sorts as if it were 0. */
  readonly weightless?: boolean
}

export interface TrendsResult {
  readonly kind: 'TrendsQuery'
  readonly results: readonly TrendsItem[]
  /** Some breakdown values are beyond the limit, so they are summed up in one item or hidden. */
  readonly hasMore: boolean
  readonly resolved_date_range: ResolvedRange
}

/** The rows of each query of `buildTrendsPeriod`, period by period, -> result. */
export function shapeTrends(plan: TrendsPlan, rows: readonly (readonly Row[])[]): TrendsResult {
  let hasMore = false
  const byPeriod = plan.periods.map((period, p) =>
    plan.series.map((_, s) => {
      const curves = readCurves(plan, period, s, rowsOf(plan, rows, p, s))
      hasMore ||= curves.some((c) => c.breakdown === BREAKDOWN_OTHER)
      const kept = plan.breakdown?.hideOther ? curves.filter((c) => c.breakdown !== BREAKDOWN_OTHER) : curves
      return kept.sort(byWeight)
    }),
  )
  const { dateFrom: date_from = '', dateTo: date_to = '' } = plan.periods[0] ?? {}
  const shared = { kind: 'TrendsQuery' as const, resolved_date_range: { date_from, date_to } }
  if (plan.formulas.length > 0) return { ...shared, results: formulaResults(plan, byPeriod), hasMore }
  const results = plan.periods.flatMap((period, p): TrendsItem[] => {
    const bySeries = byPeriod[p] ?? []
    if (isCohortByCohort(plan))
      return (plan.breakdown?.cohorts ?? []).flatMap(({ id }) =>
        bySeries.flatMap((curves) =>
          curves.filter((c) => c.breakdown === String(id)).map((curve) => seriesItem(plan, period, curve)),
        ),
      )
    return bySeries.flatMap((curves) => curves.map((curve) => seriesItem(plan, period, curve)))
  })
  return { ...shared, results, hasMore }
}

/**
 * The rows of a series. If series are ranked together, one query has the rows of all of them, with the index of the
 * series.
 */
const rowsOf = (plan: TrendsPlan, rows: readonly (readonly Row[])[], period: number, series: number): readonly Row[] =>
  ranksTogether(plan)
    ? (rows[period] ?? []).filter((row) => Number(row.series) === series)
    : (rows[period * plan.series.length + series] ?? [])

/**
 * Does PostHog compute a query for each cohort? Then each cohort counts as a series in order and labels (docs/trends.md
 * 5).
 */
const isCohortByCohort = ({ breakdown }: TrendsPlan): boolean =>
  !!breakdown?.cohorts && (breakdown.cohorts.length === 1 || breakdown.cohorts.some(({ id }) => id === 'all'))

/** The cohort that a value of a breakdown by cohort stands for. */
const cohortOf = ({ breakdown }: TrendsPlan, value: string | null) =>
  breakdown?.cohorts?.find(({ id }) => String(id) === value)

function readCurves(plan: TrendsPlan, period: TrendsPeriod, series: number, rows: readonly Row[]): Curve[] {
  const data = new Map<string | null, number[]>()
  if (!plan.breakdown) data.set(null, zeros(period))
  for (const row of rows) {
    const breakdown = plan.breakdown ? String(row.breakdown) : null
    const values = data.get(breakdown) ?? zeros(period)
    values[Number(row.bucket)] = Number(row.value)
    data.set(breakdown, values)
  }
  const multiplier = ranksTogether(plan) ? 1 : (plan.series[series]?.multiplier ?? 1)
  return [...data].map(([breakdown, values]) => ({
    series,
    breakdown,
    data: smoothed(
      plan,
      accumulated(
        plan,
        values.map((v) => v * multiplier),
      ),
    ),
  }))
}

const zeros = (period: TrendsPeriod): number[] => new Array(period.bounds.length).fill(0)
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

function accumulated(plan: TrendsPlan, values: readonly number[]): readonly number[] {
  if (plan.shape !== 'cumulative') return values
  let total = 0
  return values.map((v) => {
    total += v
    return total
  })
}

/** The mean of the last `smoothing` buckets, rounded down. */
function smoothed(plan: TrendsPlan, values: readonly number[]): readonly number[] {
  if (plan.smoothing <= 1 || plan.shape === 'total') return values
  return values.map((_, i) => {
    const window = values.slice(Math.max(0, i - plan.smoothing + 1), i + 1)
    return Math.floor(sum(window) / window.length)
  })
}

/** 0 for values, 1 for missing values and lists with a missing part, 2 for the values beyond the limit. */
const rankOf = (breakdown: string | null) =>
  breakdown === BREAKDOWN_OTHER ? 2 : breakdown === BREAKDOWN_NONE || breakdown?.includes(`"${BREAKDOWN_NONE}"`) ? 1 : 0
const byText = (a: string | null, b: string | null) => ((a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0)

function byWeight(a: Curve, b: Curve): number {
  return rankOf(a.breakdown) - rankOf(b.breakdown) || sum(b.data) - sum(a.data) || byText(a.breakdown, b.breakdown)
}

function seriesItem(plan: TrendsPlan, period: TrendsPeriod, curve: Curve): TrendsItem {
  const series = plan.series[curve.series]
  const label = series?.label ?? ''
  const value = breakdownValue(plan, curve)
  const named = cohortOf(plan, curve.breakdown)?.name ?? (Array.isArray(value) ? value.join('::') : value)
  const text = named === undefined ? undefined : cut(String(named), MAX_LABEL)
  const labelled = plan.series.length * (isCohortByCohort(plan) ? (plan.breakdown?.cohorts?.length ?? 1) : 1)
  return {
    action: {
      days: plan.shape === 'total' ? [] : period.starts,
      id: series?.id ?? null,
      type: 'events',
      order: curve.series,
      name: series?.name ?? label,
      custom_name: series?.customName ?? null,
      math: series?.mathAsSent ?? null,
      math_property: series?.property?.key ?? null,
      math_hogql: series?.mathHogql ?? null,
      math_group_type_index: series?.groupTypeIndex ?? null,
      properties: {},
    },
    order: curve.series,
    label: text === undefined ? label : labelled > 1 ? `${label} - ${text}` : text,
    ...numbers(plan, period, curve.data),
    ...(value === undefined ? {} : { breakdown_value: value }),
    ...compared(period),
    filter: { ...plan.echo, date_from: period.dateFrom, date_to: period.dateTo },
  }
}

function numbers(plan: TrendsPlan, period: TrendsPeriod, data: readonly number[]) {
  if (plan.shape === 'total') return { data: [], days: [], count: 0, aggregated_value: data[0] ?? 0 }
  const count = plan.shape === 'cumulative' ? (data.at(-1) ?? 0) : sum(data)
  return { data, labels: period.labels, days: period.days, count }
}

const breakdownValue = (plan: TrendsPlan, { breakdown }: Curve): string | number | string[] | undefined => {
  if (breakdown === null) return undefined
  if (plan.breakdown?.cohorts) return cohortOf(plan, breakdown)?.id
  const parts = plan.breakdown?.parts.length ?? 0
  if (parts > 1) return breakdown === BREAKDOWN_OTHER ? new Array(parts).fill(BREAKDOWN_OTHER) : JSON.parse(breakdown)
  return plan.breakdown?.asList ? [breakdown] : breakdown
}

const compared = ({ label }: TrendsPeriod) => (label ? { compare: true as const, compare_label: label } : {})

/** The items of each formula: first those of the current period, then those of the previous one. */
const formulaResults = (plan: TrendsPlan, byPeriod: readonly (readonly (readonly Curve[])[])[]): TrendsItem[] =>
  plan.formulas.flatMap((formula, order) =>
    plan.periods.flatMap((period, p) => formulaItems(plan, period, byPeriod[p] ?? [], formula, order)),
  )

function formulaItems(
  plan: TrendsPlan,
  period: TrendsPeriod,
  bySeries: readonly (readonly Curve[])[],
  { formula, text, customName }: TrendsPlan['formulas'][number],
  order: number,
): TrendsItem[] {
  const values = plan.breakdown ? [...new Set(bySeries.flat().map((c) => c.breakdown))] : [null]
  const curves = values.map((breakdown): Curve => {
    const parts = bySeries.map((curves) => curves.find((c) => c.breakdown === breakdown)?.data ?? zeros(period))
    const data = zeros(period).map((_, i) =>
      evaluateFormula(
        formula,
        parts.map((part) => part[i] ?? 0),
      ),
    )
    const weightless = plan.shape === 'total' && !bySeries[0]?.some((c) => c.breakdown === breakdown)
    return { series: 0, breakdown, data, weightless }
  })
  const sorted = period.label ? curves.sort(byCompareOrder(plan)) : curves.sort(byFormulaWeight)
  return sorted.map((curve) => {
    const base = seriesItem(plan, period, curve)
    const data = plan.shape === 'total' ? null : base.data
    return {
      ...base,
      action: null,
      order,
      label: customName || `Formula (${text})`,
      data,
      ...(plan.shape === 'total' ? {} : { count: sum(curve.data) }),
    }
  })
}

const weight = (curve: Curve) => (curve.weightless ? 0 : sum(curve.data))

function byFormulaWeight(a: Curve, b: Curve): number {
  return (
    rankOf(a.breakdown) - rankOf(b.breakdown) ||
    weight(b) - weight(a) ||
    byData(b.data, a.data) ||
    byText(b.breakdown, a.breakdown)
  )
}

/** Compares two curves by the first bucket in which they differ. */
function byData(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/**
 * With a comparison of periods, curves are sorted by count, then by breakdown value in natural order (`2` before `10`).
 */
const byCompareOrder = (plan: TrendsPlan) => (a: Curve, b: Curve) =>
  (plan.shape === 'total' ? 0 : sum(b.data) - sum(a.data)) ||
  (a.breakdown ?? '').localeCompare(b.breakdown ?? '', 'en', { numeric: true, sensitivity: 'base' })
