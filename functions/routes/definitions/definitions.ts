import * as z from 'zod'
import { invalid } from '../../../lib/core/errors.ts'
import { readJson, textOf } from '../../../lib/core/input.ts'
import { limiterOf, requireCapacity } from '../../../lib/refresh/limits.ts'
import { bool, int32 } from '../../../lib/resources/fields.ts'
import { listEventDefinitions, listPropertyDefinitions } from '../../../lib/store/definitions.ts'
import { envelope, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const PROJECT = '/api/projects/:project_id'
const ORDERS = ['name', '-name', 'last_seen_at', '-last_seen_at'] as const
const MAX_NAMES = 1_000
const TYPES = { event: 1, person: 2, group: 3 } as const

const eventQuery = z.object({ search: z.string().max(400).optional(), ordering: z.string().optional() })
const propertyQuery = z.object({
  type: z.string().optional(),
  group_type_index: int32.optional(),
  search: z.string().max(400).optional(),
  properties: z.string().optional(),
  excluded_properties: z.string().optional(),
  exclude_core_properties: bool.optional(),
  is_numerical: bool.optional(),
  is_feature_flag: bool.optional(),
  event_names: z.string().optional(),
  filter_by_event_names: bool.optional(),
})

async function events({ c, services, caller, project, query }: RouteInput<z.infer<typeof eventQuery>, unknown>) {
  const page = readPage(c)
  const order = ORDERS.find((name) => name === query.ordering) ?? 'name'
  if (query.search) await requireCapacity(services, limiterOf({ actor: caller, project }))
  const { rows, count } = await listEventDefinitions(services.db, project.id, { search: query.search, order }, page)
  const results = rows.map((row) => ({
    id: row.id,
    name: row.name,
    created_at: row.created_at,
    last_seen_at: row.last_seen_at,
    last_updated_at: row.created_at,
    tags: [],
    is_action: false,
    action_id: null,
    last_calculated_at: null,
    created_by: null,
    post_to_slack: false,
  }))
  return envelope(c, page, count, results)
}

async function properties({ c, services, caller, project, query }: RouteInput<z.infer<typeof propertyQuery>, unknown>) {
  const page = readPage(c)
  const type = query.type || 'event'
  // sessions and the like have no properties of their own here
  if (!Object.hasOwn(TYPES, type)) {
    if (type === 'session') return envelope(c, page, 0, [])
    throw invalid('type', `"${type}" is not a valid choice.`, 'invalid_choice')
  }
  const eventNames = nameList('event_names', query.event_names)
  const filter = {
    type: TYPES[type as keyof typeof TYPES],
    groupTypeIndex: type === 'group' ? query.group_type_index : undefined,
    search: query.search,
    names: query.properties ? query.properties.split(',') : undefined,
    excluded: nameList('excluded_properties', query.excluded_properties) ?? [],
    coreExcluded: query.exclude_core_properties ?? false,
    numerical: query.is_numerical,
    featureFlags: query.is_feature_flag,
    eventNames: type === 'event' && eventNames?.length ? eventNames : undefined,
    seenOnly: query.filter_by_event_names ?? false,
  }
  if (query.search) await requireCapacity(services, limiterOf({ actor: caller, project }))
  const { rows, count } = await listPropertyDefinitions(services.db, project.id, filter, page)
  const results = rows.map((row) => ({
    id: row.id,
    name: row.name,
    is_numerical: row.property_type === 'Numeric',
    property_type: row.property_type,
    tags: [],
    is_seen_on_filtered_events: row.is_seen_on_filtered_events,
  }))
  return envelope(c, page, count, results)
}

/** A JSON list of names. */
function nameList(attr: string, text: string | undefined): string[] | undefined {
  if (!text) return undefined
  const refusal = () => invalid(attr, `This must be a JSON list of ${MAX_NAMES} names at most.`)
  const names = readJson(attr, text, refusal)
  if (!Array.isArray(names) || names.length > MAX_NAMES) throw refusal()
  return names.map((name) => {
    const text = textOf(name)
    if (text === undefined) throw refusal()
    return text
  })
}

export const definitionRoutes: Route[] = [
  route({
    method: 'get',
    path: `${PROJECT}/event_definitions`,
    scope: 'event_definition:read',
    query: eventQuery,
    computes: true,
    paged: true,
    summary: 'List the names of events',
    answer: 'EventDefinitionList',
    handler: events,
  }),
  route({
    method: 'get',
    path: `${PROJECT}/property_definitions`,
    scope: 'property_definition:read',
    query: propertyQuery,
    computes: true,
    paged: true,
    summary: 'List the names of properties',
    answer: 'PropertyDefinitionList',
    handler: properties,
  }),
]
