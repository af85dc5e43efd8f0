/** Lines, areas and bars over buckets. */
import { type ScaleLinear, scaleLinear } from 'd3-scale'
import { area, curveLinear, curveMonotoneX, line, type SeriesPoint, stack, stackOffsetDiverging } from 'd3-shape'
import type { Series, SeriesChart } from './chart.ts'
import { type Box, type Drawing, px, textWidth } from './drawing.ts'
import { type Markup, markup } from './markup.ts'

/** Above this many points a line is drawn straight and without dots. */
const FEW = 40

interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly y: ScaleLinear<number, number>
  /** The middle of a bucket. */
  readonly x: (index: number) => number
  /** The room of a bucket. */
  readonly step: number
}

type Layer = readonly { readonly index: number; readonly low: number; readonly high: number }[]

export function drawSeries(chart: SeriesChart, { width, height }: Box): Drawing {
  const count = chart.buckets.length
  // bars of less than two pixels are an area
  const asBars = chart.shape === 'bars' && count <= width / 2
  const filled = asBars || chart.shape === 'area' || (chart.shape === 'bars' && chart.stacked)
  const layers = filled && (chart.stacked || chart.shape === 'area') ? stacked(chart.series, count) : undefined
  const values = layers
    ? layers.flatMap((layer) => layer.flatMap(({ low, high }) => [low, high]))
    : chart.series.flatMap(({ values }) => values)
  const frame = frameOf(chart, values, { width, height }, filled)
  const body = asBars
    ? drawBars(chart, layers, frame)
    : layers
      ? chart.series.map((series, index) => drawArea(series, layers[index] ?? [], frame))
      : chart.series.map((series) => drawLine(series, frame))
  const edges = markup`data-left="${px(frame.left)}" data-right="${px(frame.right)}" data-count="${count}" data-colors="${chart.series.map(({ color }) => color).join(' ')}"`
  return {
    height,
    body: markup`${axes(chart, frame)}<g class="plot" ${edges} data-band="${asBars ? 1 : 0}">${body}</g><path class="cursor" d="M0 ${px(frame.top)}V${px(frame.bottom)}" visibility="hidden"/>`,
  }
}

function frameOf(
  chart: SeriesChart,
  values: readonly (number | null)[],
  { width, height }: Box,
  filled: boolean,
): Frame {
  let [low, high] = [filled ? 0 : Number.POSITIVE_INFINITY, filled ? 0 : Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  // counts start at zero; so does a line of positive numbers
  low = Math.min(low, 0)
  high = Math.max(high, 0)
  const y = scaleLinear()
    .domain(low === high ? [0, 1] : [low, high])
    .nice(5)
  const [top, bottom, right] = [14, height - 30, width - 14]
  const labels = ticksOf(y).map((tick) => textWidth(chart.format.short(tick)))
  const left = Math.min(width / 3, Math.max(24, ...labels) + 10)
  y.range([bottom, top])
  const count = chart.buckets.length
  const isBand = chart.shape === 'bars' && count <= width / 2
  const step = isBand ? (right - left) / Math.max(1, count) : (right - left - 12) / Math.max(1, count - 1)
  const start = isBand ? left + step / 2 : left + 6
  const x = (index: number) => (count === 1 ? (left + right) / 2 : start + step * index)
  return { left, right, top, bottom, y, x, step }
}

/** Round numbers; whole ones where half of one means nothing. */
function ticksOf(y: ScaleLinear<number, number>): number[] {
  const [low = 0, high = 1] = y.domain()
  const ticks = y.ticks(5)
  return high - low >= 2 && high - low <= 5 ? ticks.filter(Number.isInteger) : ticks
}

function axes({ buckets, format }: SeriesChart, { left, right, bottom, y, x, step }: Frame): Markup {
  const rows = ticksOf(y).map(
    (tick) =>
      markup`<path class="g" d="M${px(left)} ${px(y(tick))}H${px(right)}"/><text class="m" x="${px(left - 8)}" y="${px(y(tick) + 4)}" text-anchor="end">${format.short(tick)}</text>`,
  )
  const room = Math.max(...buckets.slice(0, 50).map(({ short }) => textWidth(short)), 20) + 18
  const every = Math.max(1, Math.ceil(room / Math.max(0.01, step)))
  const columns = buckets.flatMap(({ short }, index) => {
    if (index % every !== 0) return []
    const half = textWidth(short) / 2
    const at = Math.min(Math.max(x(index), half + 2), right + 12 - half)
    return [markup`<text class="m" x="${px(at)}" y="${px(bottom + 20)}" text-anchor="middle">${short}</text>`]
  })
  return markup`${rows}${columns}`
}

/** Series on top of each other; a period that is compared has a stack of its own. */
function stacked(series: readonly Series[], count: number): Layer[] {
  const indexes = Array.from({ length: count }, (_, index) => index)
  const layers = new Map<Series, Layer>()
  for (const group of Map.groupBy(series, ({ isPrevious }) => isPrevious).values()) {
    const made = stack<unknown, number, Series>()
      .keys(group)
      .value((index, { values }) => values[index] ?? 0)
      .offset(stackOffsetDiverging)(indexes)
    for (const layer of made)
      layers.set(
        layer.key,
        layer.map(([low, high]: SeriesPoint<number>, index) => ({ index, low, high })),
      )
  }
  return series.map((one) => layers.get(one) ?? [])
}

function drawBars(
  { series, stacked: isStacked }: SeriesChart,
  layers: readonly Layer[] | undefined,
  frame: Frame,
): Markup[] {
  const { x, y, step } = frame
  const isCompared = series.some(({ isPrevious }) => isPrevious)
  const slots = layers ? (isCompared ? 2 : 1) : series.length
  const width = Math.min((step * 0.78) / slots, 64)
  return series.map((one, order) => {
    const slot = isStacked ? (isCompared && !one.isPrevious ? 1 : 0) : order
    const bars = one.values.map((value, index) => {
      const { low, high } = layers?.[order]?.[index] ?? { low: Math.min(0, value ?? 0), high: Math.max(0, value ?? 0) }
      if (low === high) return ''
      const from = x(index) + (slot - slots / 2) * width
      const gap = width > 6 ? 1 : 0
      return `M${px(from + gap / 2)} ${px(y(low))}V${px(y(high))}h${px(width - gap)}V${px(y(low))}z`
    })
    return markup`<path class="f${one.color}${one.isPrevious ? ' faint' : ''}" d="${bars.join('')}"/>`
  })
}

function drawArea({ color, isPrevious }: Series, layer: Layer, { x, y, left, right }: Frame): Markup {
  const kept = thin(layer, right - left, ({ high }) => high)
  const shape = area<Layer[number]>()
    .x(({ index }) => x(index))
    .y0(({ low }) => y(low))
    .y1(({ high }) => y(high))
    .curve(curveLinear)
    .digits(1)(kept)
  const edge = line<Layer[number]>()
    .x(({ index }) => x(index))
    .y(({ high }) => y(high))
    .digits(1)(kept)
  if (kept.length === 1)
    return markup`<circle class="f${color}" cx="${px(x(0))}" cy="${px(y(kept[0]?.high ?? 0))}" r="4"/>`
  return markup`<path class="area f${color}${isPrevious ? ' faint' : ''}" d="${shape}"/><path class="line l${color}" d="${edge}"/>`
}

function drawLine({ values, color, isPrevious }: Series, { x, y, left, right }: Frame): Markup {
  const points = values.map((value, index) => ({ value, index }))
  const known = points.filter((point): point is { value: number; index: number } =>
    Number.isFinite(point.value ?? Number.NaN),
  )
  const kept = thin(known, right - left, ({ value }) => value)
  const path = line<(typeof kept)[number]>()
    .x(({ index }) => x(index))
    .y(({ value }) => y(value))
    .curve(kept.length <= FEW ? curveMonotoneX : curveLinear)
    .digits(1)(kept)
  const dots = kept.length <= FEW && !isPrevious
  return markup`<path class="line l${color}${isPrevious ? ' dash' : ''}" d="${path}"/>${
    dots &&
    kept.map(
      ({ value, index }) =>
        markup`<circle class="f${color}" cx="${px(x(index))}" cy="${px(y(value))}" r="${kept.length === 1 ? 4 : 2.5}"/>`,
    )
  }`
}

/** More points than pixels: of each pixel the lowest and the highest. */
function thin<T>(points: readonly T[], width: number, numberOf: (point: T) => number): T[] {
  if (points.length <= width) return [...points]
  const size = Math.ceil((points.length * 2) / width)
  const kept: T[] = []
  for (let at = 0; at < points.length; at += size) {
    const slice = points.slice(at, at + size).map((point, index) => ({ point, index, value: numberOf(point) }))
    const sorted = slice.toSorted((a, b) => a.value - b.value)
    const ends = [sorted[0], sorted.at(-1)].filter((end) => end !== undefined)
    for (const { point } of [...new Set(ends)].sort((a, b) => a.index - b.index)) kept.push(point)
  }
  return kept
}
