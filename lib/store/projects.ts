import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { assert } from '../core/assert.ts'
import type { Project } from '../core/project.ts'
import { projects } from './schema.ts'

export type ProjectRow = typeof projects.$inferSelect
export type ProjectChanges = Partial<
  Pick<
    ProjectRow,
    'name' | 'timezone' | 'week_start_day' | 'test_account_filters' | 'path_cleaning_filters' | 'api_token'
  >
>

const SLOTS = sql<(string | null)[]>`(select coalesce(jsonb_agg(s.property_key order by s.slot), '[]')
  from property_slots s where s.project = projects.id)`

/** The rows of a project as the `Project` that requests use. */
export function toProject(row: ProjectRow, slotKeys: readonly (string | null)[]): Project {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    apiToken: row.api_token,
    timezone: row.timezone,
    weekStartDay: row.week_start_day === 1 ? 1 : 0,
    testAccountFilters: row.test_account_filters,
    pathCleaningFilters: row.path_cleaning_filters,
    configVersion: Number(row.config_version),
    slotKeys,
  }
}

/**
 * A statement that raises `config_version`, after a change of an action or cohort: cached plans of the project are then
 * outdated.
 */
export const moveConfig = (db: NeonHttpDatabase, projectId: number) =>
  db
    .update(projects)
    .set({ config_version: sql`${projects.config_version} + 1` })
    .where(eq(projects.id, projectId))
    .returning({ version: projects.config_version })

/** A query of projects with the keys of their property slots; `toProject` takes its rows. */
export const selectProjects = (db: NeonHttpDatabase) => db.select({ row: projects, slots: SLOTS }).from(projects)

/** One project by id; undefined if there is none. */
export async function findProject(db: NeonHttpDatabase, id: number): Promise<Project | undefined> {
  const [found] = await selectProjects(db).where(eq(projects.id, id))
  return found && toProject(found.row, found.slots)
}

/** One project by the token that events are sent with; undefined if there is none. */
export async function findProjectByToken(db: NeonHttpDatabase, token: string): Promise<Project | undefined> {
  const [found] = await selectProjects(db).where(eq(projects.api_token, token))
  return found && toProject(found.row, found.slots)
}

/** All columns of a project; undefined if there is none. */
export async function findProjectRow(db: NeonHttpDatabase, id: number): Promise<ProjectRow | undefined> {
  const [row] = await db.select().from(projects).where(eq(projects.id, id))
  return row
}

/** All projects of these organizations, by id. */
export function listProjects(db: NeonHttpDatabase, organizationIds: readonly string[]): Promise<ProjectRow[]> {
  if (organizationIds.length === 0) return Promise.resolve([])
  return db
    .select()
    .from(projects)
    .where(inArray(projects.organization_id, [...organizationIds]))
    .orderBy(asc(projects.id))
}

/** The ids among `ids` that are projects of these organizations. */
export async function findProjectIds(
  db: NeonHttpDatabase,
  organizationIds: readonly string[],
  ids: readonly number[],
): Promise<number[]> {
  if (organizationIds.length === 0 || ids.length === 0) return []
  const rows = await db
    .select({ id: projects.id })
    .from(projects)
    .where(and(inArray(projects.organization_id, [...organizationIds]), inArray(projects.id, [...ids])))
  return rows.map(({ id }) => id)
}

/** Stores a new project and returns it. */
export async function insertProject(
  db: NeonHttpDatabase,
  values: ProjectChanges & { organization_id: string; name: string; api_token: string },
): Promise<ProjectRow> {
  const [row] = await db.insert(projects).values(values).returning()
  assert(row, 'the project was not made')
  return row
}

/**
 * Changes a project and raises its `config_version`. Returns the changed row; undefined if the organization has no such
 * project.
 */
export async function updateProject(db: NeonHttpDatabase, id: number, organizationId: string, changes: ProjectChanges) {
  const isProject = and(eq(projects.id, id), eq(projects.organization_id, organizationId))
  const [, , [found]] = await db.batch([
    // before the row is locked: whoever captures holds the zone, and may wait for the row
    db
      .select({ taken: sql`take_timezone(${projects.id})` })
      .from(projects)
      .where(and(isProject, ne(projects.timezone, changes.timezone ?? projects.timezone))),
    db
      .update(projects)
      .set({ ...changes, config_version: sql`${projects.config_version} + 1` })
      .where(isProject),
    selectProjects(db).where(isProject),
  ])
  return found
}
