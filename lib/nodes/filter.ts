import { invalid, notSupported } from '../core/errors.ts'
import { GROUP_OWNERS, type GroupOwner, type PropertyOwner } from '../tree/types.ts'
import { MAX_NAME } from './bounds.ts'
import type { Operator, Properties, PropertyFilter, PropertyGroup } from './property-filter.ts'

/** One filter of a node. A filter that the user has not filled in yet has no test. */
export interface NodeTest {
  readonly key: string
  readonly of: PropertyOwner | 'element' | 'cohort' | 'hogql' | 'event_metadata'
  readonly operator: Operator
  readonly values: readonly (string | number | boolean)[]
  /** The place in the request, for errors. */
  readonly attr: string
}
export interface NodeGroup {
  readonly type: 'AND' | 'OR'
  readonly values: readonly (NodeTest | NodeGroup)[]
}

const WITHOUT_VALUE: readonly string[] = ['is_set', 'is_not_set']

const METADATA = ['event', 'distinct_id', 'person_id', '$session_id', 'uuid', 'timestamp'] as const
/** A column of events that filters and breakdowns can read. */
export type Metadata = (typeof METADATA)[number]
/** Is it the name of a column of events that filters and breakdowns can read? */
export const isMetadata = (name: string): name is Metadata => (METADATA as readonly string[]).includes(name)

/** PostHog has columns for some values that we keep as event properties: the name of that property, else undefined. */
export const columnProperty = (name: string): string | undefined =>
  name === 'elements_chain' ? '$elements_chain' : /^\$group_[0-4]$|^\$window_id$/.test(name) ? name : undefined

const COHORT_OPERATORS: readonly string[] = ['in', 'exact', 'not_in', 'is_not']

/** The id of a cohort, sent as a number or a text. Throws 400 `invalid_input` unless it has one to nine digits. */
export function cohortId(id: string | number | boolean, attr: string): number {
  if (!/^\d{1,9}$/.test(String(id))) throw invalid(attr, `${JSON.stringify(id)} is not the id of a cohort.`)
  return Number(id)
}

/**
 * The property owner of a group type; without an index, the first. Throws 400 `invalid_input` if the index is not 0 to
 * 4.
 */
export function groupOwner(index: number | null | undefined, attr: string): GroupOwner {
  const owner = GROUP_OWNERS[index ?? 0]
  if (!owner) throw invalid(attr, `There are five group types at most, so ${index} is none.`)
  return owner
}

/** A filter that every event meets. */
const ALWAYS: NodeGroup = { type: 'AND', values: [] }
const isGroup = (item: NodeTest | NodeGroup): item is NodeGroup => !('operator' in item)
const isAlways = (item: NodeTest | NodeGroup): boolean => isGroup(item) && item.values.length === 0

/**
 * A list or group of filters as clients send them -> a group of the tests that are filled in. Its form is normal: no
 * group inside a group of the same type, no group of one item. Throws 400 `invalid_input` if a filter is invalid,
 * `not_supported` if its type is not computed yet.
 */
export function parseFilter(properties: Properties, path: readonly string[]): NodeGroup {
  const filled = Array.isArray(properties)
    ? filledGroup('AND', properties, path)
    : filledGroup(properties.type, properties.values, [...path, 'values'])
  return filled ?? ALWAYS
}

/** Several groups -> one group, which is met when all of them are met. */
export const allFilters = (groups: readonly NodeGroup[]): NodeGroup => simplified('AND', groups)

/**
 * Undefined if the group has filters and none of them is filled in: the caller drops it. An empty group is always met.
 */
function filledGroup(
  type: NodeGroup['type'],
  items: readonly (PropertyGroup | PropertyFilter)[],
  path: readonly string[],
): NodeGroup | undefined {
  const values = items.flatMap((item, index): (NodeTest | NodeGroup)[] => {
    const at = [...path, String(index)]
    if (!('values' in item)) return parseTest(item, at)
    const inner = filledGroup(item.type, item.values, [...at, 'values'])
    return inner ? [inner] : []
  })
  return items.length > 0 && values.length === 0 ? undefined : simplified(type, values)
}

function simplified(type: NodeGroup['type'], items: readonly (NodeTest | NodeGroup)[]): NodeGroup {
  if (type === 'OR' && items.some(isAlways)) return ALWAYS
  const values = items.flatMap((item) => {
    if (!isGroup(item)) return [item]
    return item.type === type || item.values.length < 2 ? item.values : [item]
  })
  const [only] = values
  if (only && values.length === 1) return isGroup(only) ? only : { type: 'AND', values }
  return values.length === 0 ? ALWAYS : { type, values }
}

function parseTest(filter: PropertyFilter, path: readonly string[]): NodeTest[] {
  const attr = (key: string) => [...path, key].join('__')
  const type = filter.type ?? 'event'
  if (filter.key == null || filter.key === '') return []
  if (type === 'hogql') return [{ key: String(filter.key), of: type, operator: 'exact', values: [], attr: attr('key') }]
  if (String(filter.key).length > MAX_NAME) throw invalid(attr('key'), `A key has ${MAX_NAME} characters at most.`)
  const of = filterOwner(type, filter, attr)
  const operator = filter.operator ?? 'exact'
  const values = (Array.isArray(filter.value) ? filter.value : [filter.value]).filter((v) => v != null)
  if (values.length === 0 && !WITHOUT_VALUE.includes(operator)) return []
  return [
    {
      key: (type === 'event_metadata' && columnProperty(String(filter.key))) || String(filter.key),
      of,
      operator,
      values: WITHOUT_VALUE.includes(operator) ? [] : values,
      attr: attr('value'),
    },
  ]
}

function filterOwner(type: string, filter: PropertyFilter, attr: (key: string) => string): NodeTest['of'] {
  switch (type) {
    case 'event':
    case 'person':
    case 'session':
    case 'element':
      return type
    case 'cohort':
      if (filter.key !== 'id') throw invalid(attr('key'), 'A filter by cohort has the key "id".')
      if (!COHORT_OPERATORS.includes(filter.operator ?? 'in'))
        throw invalid(attr('operator'), 'The operator of a filter by cohort is in or not_in.')
      return type
    case 'feature':
      return 'event'
    case 'group':
      return groupOwner(filter.group_type_index, attr('group_type_index'))
    case 'event_metadata':
      if (columnProperty(String(filter.key))) return 'event'
      if (isMetadata(String(filter.key))) return type
      throw notSupported(attr('key'), `A filter of type event_metadata by ${filter.key}`)
    default:
      throw notSupported(attr('type'), `A filter of type ${type}`)
  }
}
