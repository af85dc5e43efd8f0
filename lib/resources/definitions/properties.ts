import * as z from 'zod/mini'
import type { KeyActor } from '../../core/actor.ts'
import { invalid } from '../../core/errors.ts'
import { readJson, textOf } from '../../core/input.ts'
import { notAChoice } from '../../core/nearest.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import {
  listPropertyDefinitions as listRows,
  type PropertyDefinitionRow,
  type PropertyFilter,
} from '../../store/definitions.ts'
import type { ProjectCtx } from '../ctx.ts'
import { bool, int32 } from '../fields.ts'
import type { Listed, Page } from '../page.ts'

const MAX_NAMES = 1_000
const TYPES = new Map([
  ['event', 1],
  ['person', 2],
  ['group', 3],
] as const)

export const propertyDefinitionsQuery = z.object({
  type: z.optional(z.string()),
  group_type_index: z.optional(int32),
  search: z.optional(z.string().check(z.maxLength(400))),
  properties: z.optional(z.string()),
  excluded_properties: z.optional(z.string()),
  exclude_core_properties: z.optional(bool),
  is_numerical: z.optional(bool),
  is_feature_flag: z.optional(bool),
  event_names: z.optional(z.string()),
  filter_by_event_names: z.optional(bool),
})
type Query = z.infer<typeof propertyDefinitionsQuery>

/**
 * The names of properties of events, persons or groups. A search counts as a computation: throws 429 above the limit,
 * 400 for a type that is not there and for names that are no JSON list.
 */
export async function listPropertyDefinitions(
  ctx: ProjectCtx<KeyActor>,
  { page, ...query }: Query & { readonly page: Page },
): Promise<Listed<ReturnType<typeof presentPropertyDefinition>>> {
  const { services, project } = ctx
  // sessions have no properties of their own here
  if (query.type === 'session') return { items: [], count: 0 }
  const filter = filterOf(query)
  if (query.search) await requireCapacity(services, limiterOf(ctx))
  const { rows, count } = await listRows(services.db, project.id, filter, page)
  return { items: rows.map(presentPropertyDefinition), count }
}

function filterOf(query: Query): PropertyFilter {
  const name = query.type || 'event'
  const type = TYPES.get(name as 'event')
  if (type === undefined) throw invalid('type', notAChoice(name, [...TYPES.keys()]), 'invalid_choice')
  const eventNames = nameList('event_names', query.event_names)
  return {
    type,
    groupTypeIndex: name === 'group' ? query.group_type_index : undefined,
    search: query.search,
    names: query.properties ? query.properties.split(',') : undefined,
    excluded: nameList('excluded_properties', query.excluded_properties) ?? [],
    coreExcluded: query.exclude_core_properties ?? false,
    numerical: query.is_numerical,
    featureFlags: query.is_feature_flag,
    eventNames: name === 'event' && eventNames?.length ? eventNames : undefined,
    seenOnly: query.filter_by_event_names ?? false,
  }
}

/** A JSON list of names. Throws 400 for any other text. */
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

const presentPropertyDefinition = (row: PropertyDefinitionRow) => ({
  id: row.id,
  name: row.name,
  is_numerical: row.property_type === 'Numeric',
  property_type: row.property_type,
  tags: [],
  is_seen_on_filtered_events: row.is_seen_on_filtered_events,
})
