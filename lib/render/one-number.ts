/** The one number of a result (docs/embedding.md "One number"). */
import { ApiError } from '../core/errors.ts'
import type { Kind } from '../nodes/index.ts'
import { type FunnelsResult, isStep } from '../shape/funnels.ts'
import type { HogqlResult } from '../shape/hogql.ts'
import { ofResult, type Results, type ShapedResult } from '../shape/index.ts'
import type { TrendsItem, TrendsResult } from '../shape/trends.ts'
import { formatSeconds, NUMBERS, type NumberFormat, numberFormat, PERCENT } from './format.ts'
import { drawnNumber, isNumberType, numberOf } from './hogql-chart.ts'
import type { Looks } from './looks.ts'
import { actorsName, breakdownText, READABLE, seriesName } from './names.ts'
import { trianglesOf } from './retention-triangle.ts'

/** `total`: that of the whole range; `last`: that of the last bucket, which may not be over. */
export const NUMBERS_OF = ['total', 'last'] as const
type NumberOf = (typeof NUMBERS_OF)[number]

export interface NumberWish {
  /** Counts from 1; undefined: the only one. */
  readonly series?: number | undefined
  readonly of?: NumberOf | undefined
}

interface OneNumber {
  readonly name: string
  readonly value: number
  readonly format: NumberFormat
}

/** A series that may be chosen. `missing`: why a value is null. */
interface Candidate extends Omit<OneNumber, 'value'> {
  readonly value: number | null
  readonly missing?: string
}

type Candidates = readonly Candidate[] | string

/** A text: why a kind has no one number. */
const CANDIDATES: {
  readonly [K in Kind]: (result: Results[K], looks: Looks, of: NumberOf, refreshed: string | null) => Candidates
} = {
  TrendsQuery: ofTrends,
  FunnelsQuery: (result, _, of) => ofFunnel(result, of),
  RetentionQuery: ofRetention,
  LifecycleQuery: ({ results }, _, of) =>
    results.map(({ status, data }) => ({ name: status, ...overTime(data, of, null), format: NUMBERS })),
  StickinessQuery: ({ results }, _, of) =>
    results
      .filter(({ compare_label: period }) => period !== 'previous')
      .map((item) => {
        // everybody is counted once: by the number of intervals
        const value = of === 'last' ? (item.data.at(-1) ?? null) : item.count
        return { name: actorsName(item), value, format: NUMBERS }
      }),
  PathsQuery: () => 'Paths have no one number.',
  FunnelCorrelationQuery: () => 'A correlation has no one number.',
  ActorsQuery: () => 'A list of people has no one number.',
  EventsQuery: () => 'A list of events has no one number.',
  HogQLQuery: ofRow,
}

/**
 * The number of a result, with how people write it. Throws 400 `no_one_number`, which says why and what to ask for, if the
 * result has several or none.
 */
export function oneNumber(
  result: ShapedResult,
  looks: unknown,
  refreshed: string | null,
  { series, of = 'total' }: NumberWish,
): OneNumber {
  const found = ofResult(CANDIDATES, result, (looks ?? {}) as Looks, of, refreshed)
  if (typeof found === 'string') throw none(found)
  if (found.length === 0) throw none('There is nothing in this range.')
  if (series === undefined && found.length > 1)
    throw none(
      `There are ${found.length} numbers here: choose one by series=1 to series=${found.length}, such as series=1 for "${found[0]?.name}".`,
    )
  const { missing = 'There is no number in this range.', value, ...chosen } = found[(series ?? 1) - 1] ?? NOTHING
  if (series !== undefined && series > found.length) throw none(`There are ${found.length} numbers here.`, 'series')
  if (value === null || !Number.isFinite(value)) throw none(missing)
  return { ...chosen, value }
}

const NOTHING: Candidate = { name: '', value: null, format: NUMBERS }

const none = (detail: string, attr: string | null = null) =>
  new ApiError('validation_error', 'no_one_number', detail, { status: 400, attr })

/** A number for programs: digits and a point, without an exponent, a unit or a sign for thousands. */
export function plainNumber(value: number): string {
  const text = String(value)
  if (!text.includes('e')) return text
  return Math.abs(value) < 1 ? value.toFixed(20).replace(/\.?0+$/, '') : BigInt(value).toString()
}

/** The maths whose values of the buckets add up to that of the range. */
const ADDITIVE: readonly unknown[] = [null, 'total', 'sum', 'first_time_for_user', 'first_matching_event_for_user']

function ofTrends({ results }: TrendsResult, looks: Looks, of: NumberOf): Candidates {
  const filter = looks.trendsFilter ?? {}
  const format = numberFormat(filter)
  const isSmoothed = Number((filter as { smoothingIntervals?: unknown }).smoothingIntervals ?? 1) > 1
  const isAdditive = ({ action }: TrendsItem) =>
    !isSmoothed && action !== null && ADDITIVE.includes(action.math ?? null)
  return results
    .filter(({ compare_label: period }) => period !== 'previous')
    .map((item) => {
      const name = seriesName(item, READABLE)
      if (item.aggregated_value !== undefined) return { name, value: item.aggregated_value, format }
      const total = filter.display === CUMULATIVE ? (item.data?.at(-1) ?? null) : isAdditive(item) ? item.count : null
      return { name, ...overTime(item.data ?? [], of, total), format }
    })
}
const CUMULATIVE = 'ActionsLineGraphCumulative'

const NOT_ADDITIVE =
  'The values of its days do not add up to one of the range: show it as a number (display BoldNumber), or ask for of=last.'

/** `total`: null if the buckets do not add up. */
const overTime = (data: readonly number[], of: NumberOf, total: number | null) =>
  of === 'last' ? { value: data.at(-1) ?? null } : { value: total, missing: NOT_ADDITIVE }

/** Percents of those who started; seconds of the time to convert. */
function ofFunnel(result: FunnelsResult, of: NumberOf): Candidates {
  switch (result.view) {
    case 'steps': {
      const alone = result.results.filter(isStep)
      const groups = alone.length > 0 ? [alone] : result.results.flatMap((item) => (isStep(item) ? [] : [item]))
      return groups.map((steps) => {
        const [first, last] = [steps[0]?.count ?? 0, steps.at(-1)?.count ?? 0]
        const name = steps[0]?.breakdown === undefined ? 'Conversion' : breakdownText(steps[0].breakdown)
        return {
          name,
          value: first > 0 ? (100 * last) / first : null,
          missing: 'Nobody entered this funnel.',
          format: PERCENT,
        }
      })
    }
    case 'trends':
      return result.results.map(({ data, breakdown_value: value }) => ({
        name: value === undefined ? 'Conversion' : breakdownText(value),
        ...overTime(data, of, null),
        format: PERCENT,
      }))
    case 'time_to_convert': {
      const value = result.results.average_conversion_time
      return [{ name: 'Time to convert', value, missing: 'Nobody converted in this range.', format: SECONDS }]
    }
    default:
      return result satisfies never
  }
}
const SECONDS: NumberFormat = { short: formatSeconds, full: formatSeconds }

/** The mean percent of who came back in the first interval after the one they started in. */
function ofRetention(
  { results }: Results['RetentionQuery'],
  looks: Looks,
  _of: NumberOf,
  refreshed: string | null,
): Candidates {
  return trianglesOf(results, looks.retentionFilter ?? {}, refreshed).map(({ breakdown, means }) => ({
    name: breakdown === null ? (results[0]?.values[1]?.label ?? '') : breakdownText(breakdown),
    value: means[1] ?? null,
    missing: 'No interval after the first is over.',
    format: PERCENT,
  }))
}

/** The numbers of the only row; the one that is drawn as a number. */
function ofRow(result: HogqlResult, { visualization }: Looks): Candidates {
  const drawn = visualization?.display === 'BoldNumber' ? drawnNumber(result, visualization) : undefined
  if (drawn) return [drawn]
  const [row] = result.results
  if (!row || result.results.length > 1)
    return `The query gives ${result.results.length} rows: a number is that of one row.`
  return row.flatMap((cell, index) => {
    const value = isNumberType(result.types[index]?.[1]) ? numberOf(cell) : null
    return value === null ? [] : [{ name: result.columns[index] ?? '', value, format: NUMBERS }]
  })
}
