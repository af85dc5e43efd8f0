/** The filters of a dynamic cohort (docs/ingestion-and-entities.md (c) Cohorts). */
import * as z from 'zod/mini'
import { parseError } from '../core/errors.ts'
import { PropertyFilter } from './property-filter.ts'
import { anyKeys, parseNodePart } from './schema.ts'

const INTERVALS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
export type CohortInterval = (typeof INTERVALS)[number]
const COUNT_OPERATORS = ['gte', 'lte', 'gt', 'lt', 'eq', 'exact'] as const
export type CountOperator = (typeof COUNT_OPERATORS)[number]

/** Keys that PostHog's editor of cohorts stores beside a condition. */
const EDITOR_KEYS = ['bytecode', 'conditionHash', 'bytecode_error', 'sort_key', 'label', 'cohort_name'] as const

const id = z.union([z.string(), z.number()])
const number = z.union([
  z.number(),
  z.pipe(z.string().check(z.regex(/^\d{1,9}$/, 'Input should be a number')), z.transform(Number)),
])
const interval = z.nullish(z.enum(INTERVALS))
const negation = z.nullish(z.boolean())

const PersonCondition = z.extend(PropertyFilter, { type: z.literal('person'), negation, ...anyKeys(EDITOR_KEYS) })
const CohortCondition = z.strictObject({
  type: z.literal('cohort'),
  key: z.literal('id'),
  value: id,
  operator: z.nullish(z.string()),
  negation,
  ...anyKeys(EDITOR_KEYS),
})
export const BehavioralCondition = z.strictObject({
  type: z.literal('behavioral'),
  key: id,
  event_type: z.enum(['events', 'actions']),
  value: z.enum([
    'performed_event',
    'performed_event_multiple',
    'performed_event_first_time',
    'performed_event_sequence',
    'performed_event_regularly',
    'stopped_performing_event',
    'restarted_performing_event',
  ]),
  time_value: z.nullish(number),
  time_interval: interval,
  explicit_datetime: z.nullish(z.string()),
  explicit_datetime_to: z.nullish(z.string()),
  operator: z.nullish(z.enum(COUNT_OPERATORS)),
  operator_value: z.nullish(number),
  event_filters: z.nullish(z.array(PropertyFilter)),
  seq_event: z.nullish(id),
  seq_event_type: z.nullish(z.enum(['events', 'actions'])),
  seq_time_value: z.nullish(number),
  seq_time_interval: interval,
  min_periods: z.nullish(number),
  total_periods: z.nullish(number),
  negation,
  ...anyKeys(EDITOR_KEYS),
})
export type BehavioralCondition = z.infer<typeof BehavioralCondition>

export type CohortLeaf = z.infer<typeof PersonCondition> | z.infer<typeof CohortCondition> | BehavioralCondition
export interface CohortGroup {
  readonly type: 'AND' | 'OR'
  readonly values: readonly (CohortGroup | CohortLeaf)[]
}

const MAX_DEPTH = 20
const MAX_CONDITIONS = 200
const GroupShape = z.strictObject({
  type: z.enum(['AND', 'OR']),
  values: z.array(z.unknown()),
  ...anyKeys(EDITOR_KEYS),
})
const LEAVES = { person: PersonCondition, cohort: CohortCondition, behavioral: BehavioralCondition }

/**
 * The `filters` of a cohort as clients send them -> a group of conditions. Throws 400 `parse_error` naming the path of
 * the first invalid value.
 */
export function parseCohortFilters(filters: unknown): CohortGroup {
  const path = ['filters', 'properties']
  if (typeof filters !== 'object' || filters === null || !('properties' in filters))
    throw parseError('filters.properties: Field required.')
  const count = { conditions: 0 }
  return parseGroup(filters.properties, path, count)
}

function parseGroup(json: unknown, path: readonly string[], count: { conditions: number }): CohortGroup {
  if (path.length > MAX_DEPTH * 2) throw parseError(`${path.join('.')}: Groups are nested too deeply.`)
  const { type, values } = parseNodePart(GroupShape, json, path)
  return {
    type,
    values: values.map((item, index) => {
      const at = [...path, 'values', String(index)]
      if (typeof item === 'object' && item !== null && 'values' in item && !('key' in item))
        return parseGroup(item, at, count)
      if (++count.conditions > MAX_CONDITIONS)
        throw parseError(`${at.join('.')}: A cohort has ${MAX_CONDITIONS} conditions at most.`)
      return parseLeaf(item, at)
    }),
  }
}

function parseLeaf(json: unknown, path: readonly string[]): CohortLeaf {
  const type = (json as { type?: unknown } | null)?.type
  const schema = typeof type === 'string' && Object.hasOwn(LEAVES, type) ? LEAVES[type as keyof typeof LEAVES] : null
  if (!schema) throw parseError(`${path.join('.')}.type: A condition is of type person, cohort or behavioral.`)
  return parseNodePart(schema as z.ZodMiniType<CohortLeaf>, json, path)
}

const LegacyGroup = z.object({
  properties: z.nullish(z.array(z.record(z.string(), z.unknown()))),
  action_id: z.nullish(id),
  event_id: z.nullish(z.string()),
  days: z.nullish(number),
  count: z.nullish(number),
  count_operator: z.nullish(z.enum(COUNT_OPERATORS)),
  start_date: z.nullish(z.string()),
  end_date: z.nullish(z.string()),
})

/**
 * The older `groups` of a cohort (a member meets any of them) -> `filters`. Throws 400 `parse_error` if a group has
 * neither properties nor an action or event.
 */
export function filtersOfGroups(groups: readonly unknown[]) {
  const values = groups.map((item, index) => {
    const path = ['groups', String(index)]
    const group = parseNodePart(LegacyGroup, item, path)
    if (group.properties) return { type: 'AND', values: group.properties.map((p) => ({ type: 'person', ...p })) }
    const key = group.action_id ?? group.event_id
    if (key == null) throw parseError(`${path.join('.')}: A group has properties, an action_id or an event_id.`)
    const many = group.count != null && (group.count > 1 || group.count_operator != null)
    return {
      type: 'AND',
      values: [
        {
          type: 'behavioral',
          key,
          event_type: group.action_id == null ? 'events' : 'actions',
          value: many ? 'performed_event_multiple' : 'performed_event',
          ...(many ? { operator: group.count_operator ?? 'gte', operator_value: group.count } : {}),
          ...(group.start_date
            ? {
                explicit_datetime: group.start_date,
                ...(group.end_date ? { explicit_datetime_to: group.end_date } : {}),
              }
            : { time_value: group.days ?? 365, time_interval: 'day' }),
        },
      ],
    }
  })
  return { properties: { type: 'OR', values } }
}
