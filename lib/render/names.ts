/** What tables, charts and summaries call a series: never by the marks that stand for values in results. */
import { cut } from '../core/text.ts'
import { BREAKDOWN_NONE, BREAKDOWN_OTHER } from '../plan/breakdown.ts'
import type { TrendsItem } from '../shape/trends.ts'

const MAX_NAME = 400

/** What joins a series with its value, and the values of several breakdowns with each other. */
interface Joints {
  readonly value: string
  readonly list: string
}

/** Of pages and pictures. */
export const READABLE: Joints = { value: ': ', list: ' · ' }
/** Of files, as the labels of results have them. */
export const PLAIN: Joints = { value: ' - ', list: '::' }

/** The value of a breakdown in words. */
export function breakdownText(value: unknown, list = READABLE.list): string {
  if (Array.isArray(value)) return value.map((item) => breakdownText(item, list)).join(list)
  if (value === BREAKDOWN_NONE || value === null || value === undefined || value === '') return '(none)'
  return value === BREAKDOWN_OTHER ? '(other)' : cut(String(value), MAX_NAME)
}

/** The same for programs: only the marks are in words. */
export function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks)
  return value === BREAKDOWN_NONE || value === BREAKDOWN_OTHER ? breakdownText(value) : value
}

type Named = Pick<TrendsItem, 'label' | 'action' | 'breakdown_value'>

/** The name of an item, without the period that it is of. */
export function seriesName({ label, action, breakdown_value: value }: Named, joints: Joints): string {
  const custom = action?.custom_name
  const own = typeof custom === 'string' && custom !== '' ? custom : undefined
  if (value === undefined) return own ?? label
  const text = breakdownText(value, joints.list)
  // of a formula, whose label says nothing of the value
  if (action === null) return label + joints.value + text
  const raw = Array.isArray(value) ? value.join('::') : String(value)
  if (label === raw) return text
  // the label of a cohort has its name in it, not its number
  if (!label.endsWith(` - ${raw}`)) return label
  return (own ?? label.slice(0, -raw.length - 3)) + joints.value + text
}
