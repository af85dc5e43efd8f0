/** Scales, paths and stacks of charts. */
import { nice, ticks } from 'd3-array'
import { area, curveMonotoneX, line } from 'd3-shape'

export interface Scale {
  (value: number): number
  readonly domain: readonly [number, number]
  readonly ticks: readonly number[]
}

/** A linear scale from round numbers around `low` and `high` to coordinates. Ticks of counts are whole numbers. */
export function linearScale(low: number, high: number, from: number, to: number): Scale {
  const domain = nice(low, low === high ? low + 1 : high, 5)
  const [start, end] = domain
  const all = ticks(start, end, 5)
  const whole = end - start >= 2 && end - start <= 5 ? all.filter(Number.isInteger) : all
  const scale = (value: number) => from + ((value - start) / (end - start)) * (to - from)
  return Object.assign(scale, { domain, ticks: whole })
}

export interface Point {
  readonly x: number
  readonly y: number
}

declare module 'd3-shape' {
  interface Line<Datum> {
    /** The number of decimal places of coordinates; their types lack it. */
    digits(count: number): Line<Datum>
  }
  interface Area<Datum> {
    digits(count: number): Area<Datum>
  }
}

interface Slice {
  readonly x: number
  readonly upper: number
  readonly lower: number
}

const pointLine = () =>
  line<Point>(
    ({ x }) => x,
    ({ y }) => y,
  ).digits(1)
const straight = pointLine()
const smooth = pointLine().curve(curveMonotoneX)
const between = area<Slice>()
  .x(({ x }) => x)
  .y0(({ lower }) => lower)
  .y1(({ upper }) => upper)
  .digits(1)

/** A path of straight lines. */
export const linePath = (points: Iterable<Point>): string => straight(points) ?? ''

/** A path that rises and falls only where the points do. */
export const smoothPath = (points: Iterable<Point>): string => smooth(points) ?? ''

/** The area between an upper and a lower edge. */
export const areaPath = (slices: Iterable<Slice>): string => between(slices) ?? ''

export interface Span {
  readonly index: number
  readonly low: number
  readonly high: number
}

/** Stacks lists of values for `count` buckets: the span of each value. Negative values stack below zero. */
export function stackValues(lists: readonly (readonly (number | null)[])[], count: number): Span[][] {
  const above = new Array<number>(count).fill(0)
  const below = new Array<number>(count).fill(0)
  return lists.map((values) =>
    Array.from({ length: count }, (_, index): Span => {
      const value = values[index] ?? 0
      const ends = value < 0 ? below : above
      const from = ends[index] ?? 0
      ends[index] = from + value
      return { index, low: Math.min(from, from + value), high: Math.max(from, from + value) }
    }),
  )
}
