/** The members of cohorts, which Postgres keeps in `cohort_people` beside its events. */
import type { Statement } from '../../core/statement.ts'
import type { CohortVersion, NamedPersons, Run, RunOptions, StoredMembers } from '../engine.ts'

/** Adds persons to a static cohort. Returns the project's new `config_version`. */
export async function addMembers(
  run: Run,
  projectId: number,
  cohortId: number,
  { uuids, keys }: NamedPersons,
  options: RunOptions,
): Promise<number> {
  const text = `
    with came as (
      insert into cohort_people (project, cohort, person)
      select $1::int4, $2::int4, p.id from persons p
       where p.project = $1 and p.has_profile and p.uuid in (select v::uuid from jsonb_array_elements_text($3::jsonb) v)
      union
      select $1::int4, $2::int4, p.id from jsonb_array_elements_text($4::jsonb) v
        join distinct_ids d on d.project = $1 and d.distinct_id = v
        join persons p on p.project = $1 and p.id = d.person and p.has_profile
      union
      select $1::int4, $2::int4, p.id from persons p
       where p.project = $1 and p.has_profile and p.properties ->> 'email' in (select v from jsonb_array_elements_text($4::jsonb) v)
      on conflict do nothing returning 1
    ), counted as (
      update cohorts set count = (select count(*) from cohort_people where project = $1 and cohort = $2) + (select count(*) from came),
             last_calculation = now(), version = pending_version, is_calculating = false
       where project_id = $1 and id = $2
    )
    update projects set config_version = config_version + 1 where id = $1 returning config_version as version`
  const params = [projectId, cohortId, JSON.stringify(uuids), JSON.stringify(keys)]
  const [rows] = await run([{ text, params }], options)
  return Number(rows?.[0]?.version)
}

/** Makes the rows of a statement (column `person`) the members of a cohort. One of a later version is left as it is. */
export async function replaceMembers(
  run: Run,
  projectId: number,
  { id, version }: CohortVersion,
  members: Statement,
  options: RunOptions,
): Promise<StoredMembers> {
  // the values of the members come first: their placeholders are in the text
  const at = (n: number) => `$${members.params.length + n}::int4`
  const [project, cohort, to] = [at(1), at(2), at(3)]
  const lock = {
    text: 'select version from cohorts where project_id = $1 and id = $2 for update',
    params: [projectId, id],
  }
  const text = `
    with fresh as materialized (${members.text}),
    target as (select version, last_calculation from cohorts where project_id = ${project} and id = ${cohort} and version <= ${to}),
    gone as (delete from cohort_people c using target
      where c.project = ${project} and c.cohort = ${cohort} and not exists (select from fresh where fresh.person = c.person) returning 1),
    came as (insert into cohort_people (project, cohort, person)
      select ${project}, ${cohort}, fresh.person from fresh, target on conflict do nothing returning 1),
    changed as (select (select count(*) from gone) + (select count(*) from came) > 0
                        or (select last_calculation is null from target) as yes from target),
    done as (update cohorts set version = ${to}, count = (select count(*) from fresh), last_calculation = now(),
             errors_calculating = 0, last_error_message = null, is_calculating = pending_version > ${to}
       where project_id = ${project} and id = ${cohort} and exists (select from target))
    update projects set config_version = config_version + coalesce((select yes::int4 from changed), 0) where id = ${project}
    returning config_version as version, coalesce((select yes from changed), false) as changed`
  const params = [...members.params, projectId, id, version]
  const [, rows] = await run([lock, { text, params }], options)
  return { configVersion: Number(rows?.[0]?.version), changed: rows?.[0]?.changed === true }
}
