/** Scales, paths and stacks of charts. */
import { nice, ticks } from 'd3-array'
import { px } from './drawing.ts'

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

const at = ({ x, y }: Point) => `${px(x)} ${px(y)}`

/** A path of straight lines. */
export const linePath = (points: readonly Point[]): string =>
  points.map((point, index) => (index === 0 ? 'M' : 'L') + at(point)).join('')

/** The area between an upper and a lower edge with the same x coordinates. */
export const areaPath = (upper: readonly Point[], lower: readonly Point[]): string =>
  `${linePath([...upper, ...lower.toReversed()])}z`

/** A monotone cubic curve: it rises and falls only where the points do (M. Steffen, 1990). */
export function smoothPath(points: readonly Point[]): string {
  const slopes = points.map((_, index) => innerSlope(points[index - 1], points[index], points[index + 1]))
  return points
    .map((point, index) => {
      const before = points[index - 1]
      if (!before) return `M${at(point)}`
      const third = (point.x - before.x) / 3
      const straight = (point.y - before.y) / (point.x - before.x)
      const [leaves, arrives] = [slopes[index - 1], slopes[index]]
      const a = leaves ?? (3 * straight - (arrives ?? straight)) / 2
      const b = arrives ?? (3 * straight - (leaves ?? straight)) / 2
      const first = { x: before.x + third, y: before.y + third * a }
      const second = { x: point.x - third, y: point.y - third * b }
      return `C${at(first)} ${at(second)} ${at(point)}`
    })
    .join('')
}

/** The slope of the curve at a point; undefined at the first and the last point. */
function innerSlope(before: Point | undefined, point: Point | undefined, after: Point | undefined): number | undefined {
  if (!before || !point || !after) return undefined
  const [left, right] = [point.x - before.x, after.x - point.x]
  const [rise, fall] = [(point.y - before.y) / left, (after.y - point.y) / right]
  const mean = (rise * right + fall * left) / (left + right)
  return (Math.sign(rise) + Math.sign(fall)) * Math.min(Math.abs(rise), Math.abs(fall), Math.abs(mean) / 2)
}

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
