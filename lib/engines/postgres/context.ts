/** What plans and the engine know of a project: one call, kept in the isolate. */
import type { Project } from '../../core/project.ts'
import type { ActionStep } from '../../nodes/action.ts'
import type { VariableType } from '../../nodes/variable.ts'
import {
  type NamedInTexts,
  type PropertyType,
  propertyTypeKey,
  type QueryContext,
  type QueryNames,
  type Reference,
  type ResolvedCohort,
  referencePairs,
  type UnseenName,
} from '../../plan/context.ts'
import type { LoadedContext, Run, RunOptions } from '../engine.ts'
import type { LowerContext, Slot } from './lower-context.ts'
import { PROJECT_JSON } from './project-json.ts'
import { givenPairs, UNSEEN_WITH_KNOWN, unseenTables } from './unseen.ts'

const TEXT = `
  with acting as (
    select id, name, steps, refs from actions where project_id = $1 and not deleted
       and (id in (select v::int4 from jsonb_array_elements_text($3::jsonb) v)
         or name in (select jsonb_array_elements_text($7::jsonb -> 'actions')))),
  wanted as (
    select r from jsonb_array_elements($2::jsonb) r
    union select jsonb_build_array('cohort', id::text) from cohorts where project_id = $1 and not deleted
       and name in (select jsonb_array_elements_text($7::jsonb -> 'cohorts'))
    union select r from acting, jsonb_array_elements(refs) r),${unseenTables('$8')}
  select
    (select coalesce(jsonb_agg(jsonb_build_array(r ->> 0, r ->> 1, d.property_type)), '[]') from wanted
       join property_definitions d on d.project = $1 and d.name = r ->> 1 and d.property_type is not null
        and d.type = case r ->> 0 when 'event' then 1 when 'person' then 2 else 3 end
        and d.group_type_index = case when r ->> 0 like 'group%' then right(r ->> 0, 1)::int2 else -1 end
      where r ->> 0 not in ('session', 'cohort')) as types,
    (select coalesce(jsonb_agg(jsonb_build_array(property_key, slot, uncoded)), '[]') from property_slots where project = $1) as slots,
    (select coalesce(jsonb_agg(jsonb_build_array(id, name, steps)), '[]') from acting) as actions,
    (select coalesce(jsonb_agg(jsonb_build_array(id, code_name, type, default_value, "values")), '[]') from insight_variables
      where project_id = $1 and id::text in (select jsonb_array_elements_text($7::jsonb -> 'variables'))) as variables,
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
    (select coalesce(jsonb_agg(jsonb_build_array(w.name, c.n)), '[]') from jsonb_array_elements_text(nullif($5::jsonb -> 'events', 'null')) w(name)
       join dictionary d on d.project = $1 and d.key = '$event' and d.value = w.name,
       lateral (select coalesce(sum(b.n), 0) as n from generate_series(($5::jsonb ->> 'from')::date, ($5::jsonb ->> 'to')::date, '1 day') s(day)
                  join bucket_version b on b.project = $1 and b.day = s.day::date and b.event = d.id) c) as counts,
    (select coalesce(sum(b.n), 0) from bucket_version b
      where b.project = $1 and $5::jsonb -> 'events' = 'null'
        and b.day between ($5::jsonb ->> 'from')::date and ($5::jsonb ->> 'to')::date) as "all",
    (${UNSEEN_WITH_KNOWN}) as unseen,
    exists (select from person_backlog where project = $1) as backlog,
    (select greatest(t.reltuples, 0) * coalesce(max(s.frequency) filter (where s.project = $1), min(s.frequency), 1)
       from pg_class t left join pg_stats c on c.schemaname = t.relnamespace::regnamespace::text and c.tablename = t.relname and c.attname = 'project'
       left join lateral unnest(c.most_common_vals::text::int4[], c.most_common_freqs) as s(project, frequency) on true
      where t.oid = 'persons'::regclass group by t.reltuples) as persons,
    (select ${PROJECT_JSON} from projects where id = $1 and config_version <> $6) as project`

interface ContextRow {
  types: [of: Reference['of'], key: string, type: PropertyType][]
  slots: [key: string, slot: number, uncoded: boolean][]
  actions: [id: number, name: string, steps: ActionStep[]][]
  cohorts: [id: number, name: string, isCalculated: boolean, error: string | null][]
  variables: [id: string, codeName: string, type: VariableType, defaultValue: unknown, values: unknown[] | null][]
  earliest: string | null
  counts: [event: string, count: number][]
  all: number
  backlog: boolean
  persons: number
  project: Project | null
  unseen: [of: UnseenName['of'], name: string, known: string[]][]
}

const NOTHING_NAMED: NamedInTexts = { actions: [], cohorts: [], variables: [] }

/** How many contexts an isolate keeps. */
const MOST_KEPT = 500
const kept = new Map<string, Pick<LoadedContext, 'plan' | 'engine' | 'unseen'>>()

/**
 * `Engine.context`. Counts of events only decide how fast a query is, and those of an hour ago do; the first event of a
 * range that starts with it is read each time, since an earlier one may have come.
 */
export async function loadContext(
  run: Run,
  project: Project,
  names: QueryNames,
  options: RunOptions,
  fresh = false,
): Promise<LoadedContext> {
  const { id, configVersion } = project
  const wanted = JSON.stringify(referencePairs(names.references))
  const actions = JSON.stringify(names.actions)
  const earliestOf = JSON.stringify(names.earliestOf)
  const counted = JSON.stringify(names.counted)
  const named = JSON.stringify(names.named ?? NOTHING_NAMED)
  const given = givenPairs(names.given ?? [])
  const keyOf = (version: number) => `${id} ${version} ${wanted} ${actions} ${counted} ${named} ${given}`
  const known = names.earliestOf || fresh ? undefined : kept.get(keyOf(configVersion))
  if (known) return { ...known, project, isFresh: false }
  const params = [id, wanted, actions, earliestOf, counted, configVersion, named, given]
  const [rows] = await run([{ text: TEXT, params }], { ...options, author: 'us', readOnly: true })
  const row = rows?.[0] as unknown as ContextRow
  const current = row.project ?? project
  const unseen = row.unseen.map(([of, name, known]): UnseenName => ({ of, name, known }))
  const loaded = { plan: planContext(row), engine: engineContext(row, current), unseen }
  if (!names.earliestOf && row.cohorts.every(([, , isCalculated]) => isCalculated)) {
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(keyOf(current.configVersion), loaded)
  }
  return { ...loaded, project: current, isFresh: true }
}

const planContext = ({ types, actions, cohorts, variables, earliest }: ContextRow): QueryContext => ({
  propertyTypes: new Map(types.map(([of, name, type]) => [propertyTypeKey({ of, key: name }), type])),
  actions: new Map(actions.map(([id, name, steps]) => [id, { name, steps }])),
  cohorts: new Map(
    cohorts.map(([id, name, isCalculated, error]): [number, ResolvedCohort] => [id, { name, isCalculated, error }]),
  ),
  variables: new Map(
    variables.map(([id, codeName, type, defaultValue, values]) => [id, { codeName, type, defaultValue, values }]),
  ),
  earliest,
})

const engineContext = (
  { slots, counts, all, backlog, persons }: ContextRow,
  { id, timezone }: Project,
): LowerContext => ({
  projectId: id,
  timezone,
  slots: new Map(slots.map(([name, index, uncoded]): [string, Slot] => [name, { index, uncoded }])),
  eventCounts: new Map(counts.map(([event, count]) => [event, Number(count)])),
  rowsInRange: all + counts.reduce((sum, [, count]) => sum + Number(count), 0),
  hasPersonBacklog: backlog,
  persons: Number(persons),
})
