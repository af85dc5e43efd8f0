import type { Project } from '../core/project.ts'
import type { Engine, RunOptions } from '../engines/engine.ts'
import type { ActionStep } from '../nodes/action.ts'
import {
  type PropertyType,
  propertyTypeKey,
  type QueryContext,
  type QueryNames,
  type Reference,
  type ResolvedCohort,
  type Slot,
} from '../plan/context.ts'
import { PROJECT } from './projects.ts'

const TEXT = `
  with wanted as (
    select r from jsonb_array_elements($2::jsonb) r
    union select r from actions a, jsonb_array_elements(a.refs) r
     where a.project_id = $1 and not a.deleted and a.id in (select v::int4 from jsonb_array_elements_text($3::jsonb) v))
  select
    (select coalesce(jsonb_agg(jsonb_build_array(r ->> 0, r ->> 1, d.property_type)), '[]') from wanted
       join property_definitions d on d.project = $1 and d.name = r ->> 1 and d.property_type is not null
        and d.type = (r ->> 2)::int2 and d.group_type_index = (r ->> 3)::int2) as types,
    (select coalesce(jsonb_agg(jsonb_build_array(property_key, slot, uncoded)), '[]') from property_slots where project = $1) as slots,
    (select coalesce(jsonb_agg(jsonb_build_array(a.id, a.name, a.steps)), '[]') from actions a
      where a.project_id = $1 and not a.deleted and a.id in (select v::int4 from jsonb_array_elements_text($3::jsonb) v)) as actions,
    (select coalesce(jsonb_agg(jsonb_build_array(c.id, c.name, c.last_calculation is not null or c.is_static, c.last_error_message)), '[]')
       from cohorts c where c.project_id = $1 and not c.deleted
        and c.id in (select (r ->> 1)::int4 from wanted where r ->> 0 = 'cohort')) as cohorts,
    (select to_char(min(f.first) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from dictionary d,
       lateral (select min(e.ts) as first from events e
                 where e.project = $1 and e.event = d.id and e.ts >= '1980-01-01 00:00:00+00') f
      where $4 <> 'null' and d.project = $1 and d.key = '$event'
        and ($4::jsonb @> '[null]' or d.value in (select jsonb_array_elements_text(nullif($4::jsonb, 'null')))
          or exists (select from actions a, jsonb_array_elements(a.steps) s
                      where a.project_id = $1 and a.id in (select v::int4 from jsonb_array_elements_text($3::jsonb) v)
                        and coalesce(s ->> 'event', d.value) = d.value))) as earliest,
    (select coalesce(jsonb_agg(jsonb_build_array(w.name, c.n)), '[]') from jsonb_array_elements_text($5::jsonb -> 'events') w(name)
       join dictionary d on d.project = $1 and d.key = '$event' and d.value = w.name,
       lateral (select coalesce(sum(b.n), 0) as n from generate_series(($5::jsonb ->> 'from')::date, ($5::jsonb ->> 'to')::date, '1 day') s(day)
                  join bucket_version b on b.project = $1 and b.day = s.day::date and b.event = d.id) c) as counts,
    exists (select from person_backlog where project = $1) as backlog,
    (select ${PROJECT} from projects where id = $1 and config_version <> $6) as project`

/** `type` and `group_type_index` of an owner's definitions. */
const DEFINITION: Readonly<Record<Reference['of'], readonly [type: number, groupTypeIndex: number]>> = {
  event: [1, -1],
  person: [2, -1],
  // sessions have no definitions: their properties are known
  session: [4, -1],
  cohort: [9, -1],
  group_0: [3, 0],
  group_1: [3, 1],
  group_2: [3, 2],
  group_3: [3, 3],
  group_4: [3, 4],
}

interface ContextRow {
  types: [of: Reference['of'], key: string, type: PropertyType][]
  slots: [key: string, slot: number, uncoded: boolean][]
  actions: [id: number, name: string, steps: ActionStep[]][]
  cohorts: [id: number, name: string, isCalculated: boolean, error: string | null][]
  earliest: string | null
  counts: [event: string, count: number][]
  backlog: boolean
  project: Project | null
}

/** References as the database is asked for them; actions keep theirs in this form. */
export const definitionRefs = (refs: readonly Reference[]) => refs.map(({ of, key }) => [of, key, ...DEFINITION[of]])

const KEPT = 500
const kept = new Map<string, QueryContext>()

export interface LoadedContext {
  readonly context: QueryContext
  /** The one that was given, or a newer one that the database has: the context is of that. */
  readonly project: Project
  /** It was read just now. */
  readonly isFresh: boolean
}

/**
 * The types, slots and backlog that a plan needs: kept in the isolate for as long as the project's `config_version`
 * stands, else loaded in one call. `fresh`: what is kept does not do.
 */
export async function loadQueryContext(
  engine: Engine,
  project: Project,
  names: QueryNames,
  options: RunOptions,
  fresh = false,
): Promise<LoadedContext> {
  const { id, configVersion } = project
  const wanted = JSON.stringify(definitionRefs(names.references))
  const actions = JSON.stringify(names.actions)
  const earliestOf = JSON.stringify(names.earliestOf)
  const counted = JSON.stringify(names.counted)
  // counts only decide how fast a query is: those of an hour ago do
  const keyOf = (version: number) => `${id} ${version} ${wanted} ${actions} ${counted}`
  // an event of long ago may have come since
  const known = names.earliestOf || fresh ? undefined : kept.get(keyOf(configVersion))
  if (known) return { context: known, project, isFresh: false }
  const params = [id, wanted, actions, earliestOf, counted, configVersion]
  const [rows] = await engine.run([{ text: TEXT, params }], { ...options, author: 'us', readOnly: true })
  const row = rows?.[0] as unknown as ContextRow
  const found = row.project ?? project
  const context: QueryContext = {
    propertyTypes: new Map(row.types.map(([of, name, type]) => [propertyTypeKey({ of, key: name }), type])),
    slots: new Map(row.slots.map(([name, index, uncoded]): [string, Slot] => [name, { index, uncoded }])),
    actions: new Map(row.actions.map(([id, name, steps]) => [id, { name, steps }])),
    cohorts: new Map(
      row.cohorts.map(([id, name, isCalculated, error]): [number, ResolvedCohort] => [
        id,
        { name, isCalculated, error },
      ]),
    ),
    earliest: row.earliest,
    eventCounts: new Map(row.counts.map(([event, count]) => [event, Number(count)])),
    hasPersonBacklog: row.backlog,
  }
  if (!names.earliestOf && row.cohorts.every(([, , isCalculated]) => isCalculated)) {
    if (kept.size >= KEPT) kept.clear()
    kept.set(keyOf(found.configVersion), context)
  }
  return { context, project: found, isFresh: true }
}
