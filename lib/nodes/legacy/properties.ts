import { parseError } from '../../core/errors.ts'
import { isObject, type Json } from '../../core/json.ts'
import { MAX_NAME } from '../bounds.ts'
import { readersOf, readJson, readText, withoutMissing } from './values.ts'

/**
 * `properties` of legacy filters -> a group of groups, as PostHog's converter makes it; undefined if there are none.
 * Throws 400 `parse_error` if they cannot be read.
 */
export function readProperties(value: unknown): Json | undefined {
  const parsed = readJson('properties', value)
  if (Array.isArray(parsed)) {
    const filters = parsed.map(filter)
    return filters.length > 0 ? { type: 'AND', values: [{ type: 'AND', values: filters }] } : undefined
  }
  if (!isObject(parsed) || Object.keys(parsed).length === 0) return undefined
  if (!('values' in parsed)) return { type: 'AND', values: [{ type: 'AND', values: oneKey(parsed) }] }
  const group = mapGroup(parsed)
  if (group.values.length === 0) return undefined
  const isFlat = group.values.every((item) => !('values' in item && 'type' in item && !('key' in item)))
  return isFlat ? { type: 'AND', values: [group] } : group
}

type Group = Readonly<{ type: unknown; values: readonly Json[] }>

function mapGroup({ type, values }: Json): Group {
  const items = Array.isArray(values) ? values.filter(isObject) : []
  return { type: type ?? 'AND', values: items.map((item) => (isGroup(item) ? { ...mapGroup(item) } : filter(item))) }
}

const isGroup = (item: Json) => 'values' in item && !('key' in item)

/** `properties` of a legacy event or action -> a list of filters. Throws 400 `parse_error` if they are nested. */
export function flatProperties(value: unknown): Json[] | undefined {
  const parsed = readJson('properties', value)
  if (Array.isArray(parsed)) return parsed.length > 0 ? parsed.map(filter) : undefined
  if (!isObject(parsed) || Object.keys(parsed).length === 0) return undefined
  if (!('values' in parsed)) return oneKey(parsed)
  const group = mapGroup(parsed)
  if (group.values.some(isGroup)) throw parseError('properties: The filters of a series cannot be nested.')
  return group.values.length > 0 ? [...group.values] : undefined
}

/** The oldest form, an object of keys with operators: `{"utm__icontains": "x"}`. */
function oneKey(object: Json): Json[] {
  return Object.entries(object).map(([name, value]) => {
    const [, key = name, operator = 'exact'] = (name.length <= MAX_NAME && /^(.*?)__(\w+)$/.exec(name)) || []
    return { type: 'event', key, operator, value }
  })
}

function filter(item: unknown): Json {
  if (!isObject(item)) throw parseError('properties: A filter must be an object.')
  const type = item.type === 'events' ? 'event' : (readText(item.type) ?? item.type ?? 'event')
  const isCohort = ['cohort', 'precalculated-cohort', 'static-cohort'].some((name) => name === type)
  const sent = item.value ?? item.values
  const withoutOperator = isCohort || type === 'hogql'
  return withoutMissing({
    key: isCohort ? 'id' : item.key,
    type: isCohort ? 'cohort' : type,
    value: Array.isArray(sent) ? sent.filter((value) => value !== null) : sent,
    operator: withoutOperator ? undefined : (item.operator ?? 'exact'),
    group_type_index: readersOf(item, 'properties').number('group_type_index'),
  })
}
