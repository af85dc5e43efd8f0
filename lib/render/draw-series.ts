/** Lines, areas and bars over buckets. */
import type { Series, SeriesChart } from './chart.ts'
import { type Box, type Drawing, px, textWidth } from './drawing.ts'
import {
  areaPath,
  linearScale,
  linePath,
  type Point,
  type Scale,
  type Span,
  smoothPath,
  stackValues,
} from './geometry.ts'
import { type Markup, markup } from './markup.ts'

/** Lines with more points than this are drawn straight and without dots. */
const FEW = 40

interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly y: Scale
  /** X of the middle of a bucket. */
  readonly x: (index: number) => number
  /** The width of a bucket. */
  readonly step: number
}

type Layer = readonly Span[]

/** Series over buckets as SVG, with axes. The data attributes tell the script of the page where the buckets are. */
export function drawSeries(chart: SeriesChart, box: Box): Drawing {
  const { frame, marks, asBars } = drawMarks(chart, box, frameOf)
  const told = chart.series.filter(({ isBackground }) => !isBackground)
  const rows = told.flatMap(({ row }) => row ?? [])
  const edges = markup`data-left="${px(frame.left)}" data-right="${px(frame.right)}" data-count="${chart.buckets.length}" data-colors="${told.map(({ color }) => color).join(' ')}"${rows.length > 0 && markup` data-rows="${rows.join(' ')}"`}`
  return {
    height: box.height,
    body: markup`${axes(chart, frame)}<g class="plot" ${edges} data-band="${asBars ? 1 : 0}">${marks}</g><path class="cursor" d="M0 ${px(frame.top)}V${px(frame.bottom)}" visibility="hidden"/>`,
  }
}

/** The same without axes, to the edges of the box. */
export const drawSparkline = (chart: SeriesChart, box: Box): Markup =>
  markup`${drawMarks(chart, box, bareFrameOf).marks}`

function drawMarks(chart: SeriesChart, { width, height }: Box, frameIn: typeof frameOf) {
  const count = chart.buckets.length
  // bars narrower than two pixels are drawn as an area
  const asBars = chart.shape === 'bars' && count <= width / 2
  const isStacked = chart.shape === 'area' || (chart.shape === 'bars' && chart.stacked)
  const layers = isStacked ? stacked(chart.series, count) : undefined
  const values = layers
    ? layers.flatMap((layer) => layer.flatMap(({ low, high }) => [low, high]))
    : chart.series.flatMap(({ values }) => values)
  const frame = frameIn(chart, values, asBars, { width, height })
  const marks = asBars
    ? drawBars(chart, layers, frame)
    : layers
      ? chart.series.map((series, index) => drawArea(series, layers[index] ?? [], frame))
      : chart.series.toReversed().map((series) => drawLine(series, frame))
  return { frame, marks, asBars }
}

/** The least and the largest value; zero is always between them. */
function extent(values: readonly (number | null)[]): [low: number, high: number] {
  let [low, high] = [0, 0]
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return [low, high]
}

function frameOf(
  chart: SeriesChart,
  values: readonly (number | null)[],
  asBars: boolean,
  { width, height }: Box,
): Frame {
  const [low, high] = extent(values)
  const [top, bottom, right] = [14, height - 30, width - 14]
  const y = linearScale(low, high, bottom, top)
  const labels = y.ticks.map((tick) => textWidth(chart.format.short(tick)))
  const left = Math.min(width / 3, Math.max(22, ...labels) + 14)
  const count = chart.buckets.length
  const step = asBars ? (right - left) / Math.max(1, count) : (right - left - 12) / Math.max(1, count - 1)
  const start = asBars ? left + step / 2 : left + 6
  const x = (index: number) => (count === 1 ? (left + right) / 2 : start + step * index)
  return { left, right, top, bottom, y, x, step }
}

function bareFrameOf(
  { buckets: { length: count } }: SeriesChart,
  values: readonly (number | null)[],
  asBars: boolean,
  { width, height }: Box,
): Frame {
  const edge = 3
  const [low, high] = extent(values)
  const y = Object.assign(
    (value: number) => height - edge - ((value - low) / (high - low || 1)) * (height - 2 * edge),
    {
      domain: [low, high] as const,
      ticks: [],
    },
  )
  const step = (width - 2 * edge) / Math.max(1, asBars ? count : count - 1)
  const x = (index: number) => (count === 1 ? width / 2 : edge + step * (index + (asBars ? 0.5 : 0)))
  return { left: edge, right: width - edge, top: edge, bottom: height - edge, y, x, step }
}

function axes({ buckets, format }: SeriesChart, { left, right, bottom, y, x, step }: Frame): Markup {
  const rows = y.ticks.map(
    (tick) =>
      markup`<path class="g${tick === 0 && y.domain[0] < 0 ? ' zero' : ''}" d="M${px(left)} ${px(y(tick))}H${px(right)}"/><text class="m" x="${px(left - 8)}" y="${px(y(tick) + 4)}" text-anchor="end">${format.short(tick)}</text>`,
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

/** The layers of stacked series, in the order of `series`. The current and the previous period have a stack each. */
function stacked(series: readonly Series[], count: number): Layer[] {
  const layers = new Map<Series, Layer>()
  for (const group of Map.groupBy(series, ({ isPrevious }) => isPrevious).values()) {
    const made = stackValues(
      group.map(({ values }) => values),
      count,
    )
    for (const [index, one] of group.entries()) layers.set(one, made[index] ?? [])
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
  const slices = kept.map(({ index, low, high }) => ({ x: x(index), upper: y(high), lower: y(low) }))
  const upper = slices.map((slice) => ({ x: slice.x, y: slice.upper }))
  if (upper.length === 1) return dot(color, upper[0], 4)
  return markup`<path class="area f${color}${isPrevious ? ' faint' : ''}" d="${areaPath(slices)}"/><path class="line l${color}" d="${linePath(upper)}"/>`
}

function drawLine({ values, color, isPrevious, isBackground }: Series, { x, y, left, right }: Frame): Markup {
  const known = values.flatMap((value, index) =>
    Number.isFinite(value ?? Number.NaN) ? [{ x: x(index), y: y(value ?? 0) }] : [],
  )
  const points = thin(known, right - left, (point) => point.y)
  if (isBackground) return markup`<path class="line thin l${color}" d="${smoothPath(points)}"/>`
  if (points.length === 1) return dot(color, points[0], 4)
  const isFew = points.length <= FEW
  const path = isFew ? smoothPath(points) : linePath(points)
  return markup`<path class="line l${color}${isPrevious ? ' dash' : ''}" d="${path}"/>${isFew && !isPrevious && points.map((point) => dot(color, point, 2.5))}`
}

const dot = (color: number, point: Point | undefined, radius: number): Markup =>
  markup`<circle class="f${color}" cx="${px(point?.x ?? 0)}" cy="${px(point?.y ?? 0)}" r="${radius}"/>`

/** If a line has more points than pixels, keeps only the lowest and the highest point of each pixel. */
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
