import { type FunnelBins, type FunnelCurve, type FunnelStepItem, type FunnelsResult, isStep } from '../shape/funnels.ts'
import { MAX_DRAWN, type Shown } from './chart.ts'
import { formatBuckets, formatSeconds, NUMBERS, PERCENT } from './format.ts'
import { breakdownText } from './names.ts'
import { makeTable, seriesTable } from './table.ts'

/** The result of a funnel -> chart, table and main number. `interval`: the interval of its curves. */
export function showFunnel(result: FunnelsResult, interval: string): Shown {
  switch (result.view) {
    case 'steps':
      return showSteps(stepGroups(result.results))
    case 'trends':
      return showCurves(result.results, interval)
    case 'time_to_convert':
      return showTimes(result.results)
    default:
      return result satisfies never
  }
}

/** A list of steps for each breakdown value; one list if there is no breakdown. */
const stepGroups = (
  steps: readonly (FunnelStepItem | readonly FunnelStepItem[])[],
): readonly (readonly FunnelStepItem[])[] => {
  const ofAll = steps.filter(isStep)
  return ofAll.length > 0 ? [ofAll] : steps.flatMap((item) => (isStep(item) || item.length === 0 ? [] : [item]))
}

const percentOf = (count: number, of: number) => PERCENT.full(of > 0 ? (100 * count) / of : 0)

function showSteps(groups: readonly (readonly FunnelStepItem[])[]): Shown {
  const isBroken = groups.some(([step]) => step?.breakdown !== undefined)
  const names = (groups[0] ?? []).map((step) => step.custom_name || step.name)
  const columns = ['Step', ...(isBroken ? ['Breakdown'] : []), 'People', 'Of all', 'Of the step before']
  const rows = groups.flatMap((steps) =>
    steps.map((step, index) => [
      `${index + 1}. ${names[index] ?? step.name}`,
      ...(isBroken ? [breakdownText(step.breakdown)] : []),
      NUMBERS.full(step.count),
      percentOf(step.count, steps[0]?.count ?? 0),
      percentOf(step.count, steps[Math.max(0, index - 1)]?.count ?? 0),
      step.average_conversion_time == null ? '–' : formatSeconds(step.average_conversion_time),
      step.median_conversion_time == null ? '–' : formatSeconds(step.median_conversion_time),
    ]),
  )
  const table = makeTable([...columns, 'Average time', 'Median time'], rows)
  if (groups.length === 0)
    return { chart: { kind: 'empty', message: 'Nobody entered this funnel in this range.' }, table, summary: '' }
  const total = (at: number) => groups.reduce((sum, steps) => sum + (steps.at(at)?.count ?? 0), 0)
  const shown = groups.slice(0, MAX_DRAWN).map((steps, color) => ({
    name: isBroken ? breakdownText(steps[0]?.breakdown) : null,
    counts: steps.map(({ count }) => count),
    color,
  }))
  return {
    chart: { kind: 'funnel', steps: names, groups: shown },
    table,
    summary: `${percentOf(total(-1), total(0))} of ${NUMBERS.full(total(0))} converted`,
  }
}

function showCurves(curves: readonly FunnelCurve[], interval: string): Shown {
  const buckets = formatBuckets(curves[0]?.days ?? [], interval)
  const series = curves.map(({ data, breakdown_value: value }, color) => ({
    name: value === undefined ? 'Conversion' : breakdownText(value),
    values: data,
    color,
    isPrevious: false,
  }))
  const long = buckets.map((bucket) => bucket.long)
  const last = curves[0]?.data.at(-1)
  return {
    chart: {
      kind: 'series',
      shape: 'line',
      stacked: false,
      buckets,
      series: series.slice(0, MAX_DRAWN),
      total: series.length,
      format: PERCENT,
    },
    table: seriesTable('Entered', long, series, PERCENT),
    summary: last === undefined ? '' : `${PERCENT.full(last)} converted in the last bucket`,
  }
}

function showTimes({ bins, average_conversion_time: average }: FunnelBins): Shown {
  const columns = 'Time to convert'
  const series = [{ name: 'People', values: bins.map(([, people]) => people), color: 0, isPrevious: false }]
  const buckets = bins.map(([seconds]) => ({ short: formatSeconds(seconds), long: formatSeconds(seconds) }))
  const table = seriesTable(
    columns,
    buckets.map(({ long }) => long),
    series,
    NUMBERS,
  )
  if (bins.length === 0)
    return { chart: { kind: 'empty', message: 'Nobody converted in this range.' }, table, summary: '' }
  return {
    chart: { kind: 'series', shape: 'bars', stacked: true, buckets, series, total: 1, format: NUMBERS },
    table,
    summary: average === null ? '' : `${formatSeconds(average)} to convert on average`,
  }
}
