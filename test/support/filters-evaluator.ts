/** Filters by brute force, in memory, without SQL: see `trends-evaluator.ts`. */
import { DateTime } from 'luxon'
import type { Filter, FilterGroup, Owner, World, WorldEvent } from './evaluated-world.ts'

export function propertyOf(world: World, event: WorldEvent, key: string, type: Owner): unknown {
  if (type === 'event_metadata' || type === 'hogql') return nameOf(event, key)
  const owner =
    type === 'event'
      ? event.properties
      : type === 'person'
        ? world.persons[event.person]
        : world.groups[event.group ?? '']
  return owner?.[key] ?? null
}

/** Its name or one of its ids; an event without a session has an empty one. */
const nameOf = (event: WorldEvent, key: string): string =>
  key === 'event' ? event.event : key === 'distinct_id' ? event.distinctId : (event.session ?? '')

/** Does the event pass? Rules of docs/trends.md 8. */
export function holds(world: World, event: WorldEvent, filter: Filter | FilterGroup): boolean {
  if ('values' in filter) {
    const filled = filter.values.filter(isFilled)
    if (filled.length === 0) return true
    const each = filled.map((item) => holds(world, event, item))
    return filter.type === 'AND' ? each.every(Boolean) : each.some(Boolean)
  }
  if (filter.type === 'cohort')
    return isMember(world, event.person, Number(filter.value)) === (filter.operator === 'in')
  if (filter.negated) return !holds(world, event, { ...filter, negated: false })
  const read = propertyOf(world, event, filter.key, filter.type)
  const actual = filter.operator.endsWith('_set') && filter.type === 'event_metadata' && read === '' ? null : read
  const wanted = Array.isArray(filter.value) ? filter.value : [filter.value]
  const text = String(actual).toLowerCase()
  const equals = actual !== null && wanted.some((value) => String(value) === String(actual))
  const contains = actual !== null && wanted.some((value) => text.includes(String(value).toLowerCase()))
  const ordered = (test: (a: number | string, b: number | string) => boolean) =>
    actual !== null && test(actual as number, wanted[0] as number)
  const matches = () =>
    actual !== null &&
    wanted.some((value) => {
      const pattern = String(value)
      const isBlind = pattern.startsWith('(?i)')
      return new RegExp(isBlind ? pattern.slice(4) : pattern, isBlind ? 'i' : '').test(String(actual))
    })
  const instant = (value: unknown): number | null => {
    if (String(value).endsWith('+99:00')) return null
    if (/^\d{10}$/.test(String(value))) return Number(value) * 1_000
    if (/^\d{13}$/.test(String(value))) return Number(value)
    const at = DateTime.fromISO(String(value), { zone: world.timezone })
    return at.isValid ? at.toMillis() : null
  }
  switch (filter.operator) {
    case 'exact':
      return equals
    case 'is_not':
      return !equals
    case 'icontains':
      return contains
    case 'not_icontains':
      return !contains
    case 'is_set':
      return actual !== null
    case 'is_not_set':
      return actual === null
    case 'gt':
      return ordered((a, b) => a > b)
    case 'gte':
      return ordered((a, b) => a >= b)
    case 'lt':
      return ordered((a, b) => a < b)
    case 'lte':
      return ordered((a, b) => a <= b)
    case 'regex':
      return matches()
    case 'not_regex':
      return !matches()
    case 'is_date_before':
      return instant(actual) !== null && Number(instant(actual)) < Number(instant(wanted[0]))
    case 'is_date_after':
      return instant(actual) !== null && Number(instant(actual)) > Number(instant(wanted[0]))
    case 'is_date_exact':
      return instant(actual) !== null && instant(actual) === instant(wanted[0])
    default:
      throw new Error(`the evaluator does not know ${filter.operator}`)
  }
}

/** Filters without a value are left out, and groups of nothing else; a group without any filter holds always. */
const isFilled = (filter: Filter | FilterGroup): boolean =>
  'values' in filter ? filter.values.length === 0 || filter.values.some(isFilled) : filter.value !== null

/** Cohorts are made of a person property that has a value. */
export function isMember(world: World, person: number, cohort: number): boolean {
  const { property, value } = world.cohorts[cohort] ?? {}
  return property !== undefined && world.persons[person]?.[property] === value
}
