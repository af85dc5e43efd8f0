/** Names of series in tables, charts and summaries. They have words in place of PostHog's marks for missing values. */
import { cut } from '../core/text.ts'
import { BREAKDOWN_NONE, BREAKDOWN_OTHER } from '../plan/breakdown.ts'
import type { StickinessItem } from '../shape/stickiness.ts'
import type { TrendsItem } from '../shape/trends.ts'

const MAX_NAME = 400

/** The separators between a series and its breakdown value, and between the values of several breakdowns. */
interface Joints {
  readonly value: string
  readonly list: string
}

/** For pages and image files. */
export const READABLE: Joints = { value: ': ', list: ' · ' }
/** For CSV files: the separators that labels of results have. */
export const PLAIN: Joints = { value: ' - ', list: '::' }

/** A breakdown value in words: `(none)` for a missing value, `(other)` for the values beyond the limit. */
export function breakdownText(value: unknown, list = READABLE.list): string {
  if (Array.isArray(value)) return value.map((item) => breakdownText(item, list)).join(list)
  if (value === BREAKDOWN_NONE || value === null || value === undefined || value === '') return '(none)'
  return value === BREAKDOWN_OTHER ? '(other)' : cut(String(value), MAX_NAME)
}

/** A breakdown value for programs: only the marks are put in words, other values keep their type. */
export function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks)
  return value === BREAKDOWN_NONE || value === BREAKDOWN_OTHER ? breakdownText(value) : value
}

type Named = Pick<TrendsItem, 'label' | 'action' | 'breakdown_value'>

/** The name of an item of results, without its period (current or previous). */
export function seriesName({ label, action, breakdown_value: value }: Named, joints: Joints): string {
  const custom = action?.custom_name
  const own = typeof custom === 'string' && custom !== '' ? custom : undefined
  if (value === undefined) return own ?? label
  const text = breakdownText(value, joints.list)
  // items of formulas have no action, and their label lacks the breakdown value
  if (action === null) return label + joints.value + text
  const raw = Array.isArray(value) ? value.join('::') : String(value)
  if (label === raw) return text
  // the label of a cohort ends with the cohort's name, while its value is an id
  if (!label.endsWith(` - ${raw}`)) return label
  return (own ?? label.slice(0, -raw.length - 3)) + joints.value + text
}

/** An end of an edge of paths, such as `2_/pricing`: its step, counted from 1, and its item. */
export function pathItem(end: string): { step: number; name: string } {
  const [, step, name] = /^(\d+)_(.*)$/s.exec(end) ?? []
  return { step: Number(step ?? 1), name: name ?? end }
}

/** The name of a series of stickiness, without its period. */
export function actorsName({ label, action }: Pick<StickinessItem, 'label' | 'action'>): string {
  const { custom_name: custom } = action
  return typeof custom === 'string' && custom !== '' ? custom : label
}
