import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { CallerUser } from '../access/caller.ts'
import type { Statement } from '../core/statement.ts'
import type { Engine } from '../engines/engine.ts'
import { moveConfig } from './projects.ts'
import { cohorts, users } from './schema.ts'
import { userJson } from './user-json.ts'

type Columns = typeof cohorts.$inferSelect
export type CohortRow = Omit<Columns, 'created_by'> & { readonly created_by: CallerUser | null }
export type CohortChanges = Partial<
  Pick<
    Columns,
    'name' | 'description' | 'groups' | 'filters' | 'refs' | 'is_static' | 'deleted' | 'count' | 'is_calculating'
  >
>

const COLUMNS = { ...getTableColumns(cohorts), created_by: userJson(users).as('creator') }

const select = (db: NeonHttpDatabase) =>
  db.select(COLUMNS).from(cohorts).leftJoin(users, eq(users.id, cohorts.created_by))

const isRow = (projectId: number, id: number) => and(eq(cohorts.project_id, projectId), eq(cohorts.id, id))

export async function listCohorts(
  db: NeonHttpDatabase,
  projectId: number,
  search: string | undefined,
  page: { limit: number; offset: number },
): Promise<{ rows: CohortRow[]; count: number }> {
  const pattern = search && `%${search.replace(/[\\%_]/g, '\\$&')}%`
  const where = and(
    eq(cohorts.project_id, projectId),
    eq(cohorts.deleted, false),
    pattern ? sql`${cohorts.name} ilike ${pattern}` : undefined,
  )
  const [rows, [total]] = await db.batch([
    select(db).where(where).orderBy(asc(cohorts.id)).limit(page.limit).offset(page.offset),
    db.select({ count: sql<number>`count(*)` }).from(cohorts).where(where),
  ])
  return { rows, count: Number(total?.count) }
}

export async function findCohort(db: NeonHttpDatabase, projectId: number, id: number): Promise<CohortRow | undefined> {
  const [row] = await select(db).where(isRow(projectId, id))
  return row
}

export async function insertCohort(db: NeonHttpDatabase, projectId: number, userId: number, values: CohortChanges) {
  const [row] = await db
    .insert(cohorts)
    .values({
      ...values,
      project_id: projectId,
      created_by: userId,
      created_at: sql`now()` as never,
      enqueued_at: sql`now()` as never,
    })
    .returning({ id: cohorts.id })
  return row?.id ?? 0
}

/** `recalculate` makes the members that are known those of an older version. Returns the new `config_version`. */
export async function updateCohort(
  db: NeonHttpDatabase,
  projectId: number,
  id: number,
  changes: CohortChanges,
  recalculate: boolean,
): Promise<number> {
  const pending = { pending_version: sql`${cohorts.pending_version} + 1` as never, enqueued_at: sql`now()` as never }
  const [, versions] = await db.batch([
    db
      .update(cohorts)
      .set({ ...changes, ...(recalculate ? { ...pending, is_calculating: true } : {}) })
      .where(isRow(projectId, id)),
    moveConfig(db, projectId),
  ])
  return Number(versions[0]?.version)
}

/** What `refs` of a cohort and of an action lead to, over any number of steps: `['cohort', id]`, `['action', id]`. */
export async function reachableFrom(
  db: NeonHttpDatabase,
  projectId: number,
  refs: readonly (readonly unknown[])[],
): Promise<readonly (readonly [of: string, id: number])[]> {
  const { rows } = await db.execute<{ of: string; id: number }>(sql`
    with recursive reached(of, id) as (
      select r ->> 0, (r ->> 1)::int4 from jsonb_array_elements(${JSON.stringify(refs)}::jsonb) r
       where r ->> 0 in ('cohort', 'action')
      union
      select r ->> 0, (r ->> 1)::int4
        from reached
        join (select 'cohort' as of, id, refs from cohorts where project_id = ${projectId} and not deleted
              union all select 'action', id, refs from actions where project_id = ${projectId} and not deleted) t
          on t.of = reached.of and t.id = reached.id,
             jsonb_array_elements(t.refs) r
       where r ->> 0 in ('cohort', 'action')
    )
    select of, id from reached`)
  return rows.map(({ of, id }) => [of, Number(id)])
}

/** The cohorts that name this one. */
export async function cohortsNaming(db: NeonHttpDatabase, projectId: number, id: number) {
  return db
    .select({ id: cohorts.id, name: cohorts.name, pending_version: cohorts.pending_version })
    .from(cohorts)
    .where(
      and(
        eq(cohorts.project_id, projectId),
        eq(cohorts.deleted, false),
        sql`exists (select from jsonb_array_elements(${cohorts.refs}) r where r ->> 0 = 'cohort' and r ->> 1 = ${String(id)})`,
      ),
    )
}

/** Adds persons by uuid, distinct id or email. */
export async function addMembers(
  engine: Engine,
  projectId: number,
  id: number,
  who: { readonly uuids: readonly string[]; readonly keys: readonly string[] },
  timeoutMs: number,
): Promise<{ configVersion: number }> {
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
  const params = [projectId, id, JSON.stringify(who.uuids), JSON.stringify(who.keys)]
  const [rows] = await engine.run([{ text, params }], { timeoutMs })
  return { configVersion: Number(rows?.[0]?.version) }
}

export interface Calculated {
  readonly configVersion: number
  /** Somebody came or went, or the members are known for the first time. */
  readonly changed: boolean
}

/**
 * Makes the rows of `members` (column `person`) the members of a cohort: one transaction, the database alone. A later
 * version that is there already is left as it is.
 */
export async function storeMembers(
  engine: Engine,
  projectId: number,
  id: number,
  version: number,
  members: Statement,
  timeoutMs: number,
): Promise<Calculated> {
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
  const [, rows] = await engine.run([lock, { text, params }], { timeoutMs })
  return { configVersion: Number(rows?.[0]?.version), changed: rows?.[0]?.changed === true }
}

/** A calculation that ended without members; one that ended already, or a newer one, is left as it is. */
export async function failCohort(
  db: NeonHttpDatabase,
  projectId: number,
  id: number,
  version: number,
  reason: string,
): Promise<void> {
  await db
    .update(cohorts)
    .set({
      is_calculating: false,
      errors_calculating: sql`${cohorts.errors_calculating} + 1` as never,
      last_error_message: reason,
    })
    .where(and(isRow(projectId, id), eq(cohorts.pending_version, version), eq(cohorts.is_calculating, true)))
}

/**
 * Takes dynamic cohorts that were never calculated or not for six hours and that nobody asked for in the last ten
 * minutes, the oldest first.
 */
export async function takeDueCohorts(db: NeonHttpDatabase, limit: number) {
  const { rows } = await db.execute<{ id: number; project_id: number; pending_version: number }>(sql`
    update cohorts set enqueued_at = now()
     where id in (select id from cohorts
                   where not deleted and not is_static and errors_calculating < 20
                     and (last_calculation is null or last_calculation < now() - interval '6 hours' or is_calculating)
                     and (enqueued_at is null or enqueued_at < now() - interval '10 minutes')
                   order by last_calculation nulls first limit ${limit})
    returning id, project_id, pending_version`)
  return rows
}
