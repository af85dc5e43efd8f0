import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { ActorUser } from '../core/actor.ts'
import { contains } from './patterns.ts'
import { moveConfig } from './projects.ts'
import { cohorts, users } from './schema.ts'
import { userJson } from './user-json.ts'

type Columns = typeof cohorts.$inferSelect
export type CohortRow = Omit<Columns, 'created_by'> & { readonly created_by: ActorUser | null }
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

/** One page of a project's cohorts that are not deleted, by id, and the number of all that match `search`. */
export async function listCohorts(
  db: NeonHttpDatabase,
  projectId: number,
  search: string | undefined,
  page: { limit: number; offset: number },
): Promise<{ rows: CohortRow[]; count: number }> {
  const pattern = search && contains(search)
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

/** One cohort of a project, also a deleted one; undefined if there is none. */
export async function findCohort(db: NeonHttpDatabase, projectId: number, id: number): Promise<CohortRow | undefined> {
  const [row] = await select(db).where(isRow(projectId, id))
  return row
}

/** Stores a new cohort and returns its id. */
export async function insertCohort(db: NeonHttpDatabase, projectId: number, userId: number, values: CohortChanges) {
  const [row] = await db
    .insert(cohorts)
    .values({
      ...values,
      project_id: projectId,
      created_by: userId,
    })
    .returning({ id: cohorts.id })
  return row?.id ?? 0
}

/**
 * Changes a cohort. With `recalculate` its `pending_version` rises, so that the stored members count as outdated until
 * they are calculated again. Returns the new `config_version` of the project.
 */
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

/**
 * All cohorts and actions that `refs` reach, directly or through the `refs` of other cohorts and actions. `refs` and
 * the answer are lists of `['cohort', id]` and `['action', id]`.
 */
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

/** The cohorts that use this cohort as a condition, deleted ones left out. */
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

/**
 * Marks the calculation of `version` as failed and stores `reason`. Changes nothing if this calculation has ended or
 * the cohort has a newer version.
 */
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
 * Marks up to `limit` dynamic cohorts as enqueued and returns them, the longest uncalculated first. A cohort is due if
 * it was never calculated, or six hours ago, or is still calculating; if it was last enqueued more than ten minutes
 * ago; and if fewer than 20 calculations have failed.
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
