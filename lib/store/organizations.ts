import { asc, inArray, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { organizations, projects } from './schema.ts'

export type OrganizationRow = typeof organizations.$inferSelect

export function findOrganizations(db: NeonHttpDatabase, ids: readonly string[]): Promise<OrganizationRow[]> {
  if (ids.length === 0) return Promise.resolve([])
  return db
    .select()
    .from(organizations)
    .where(inArray(organizations.id, [...ids]))
    .orderBy(asc(organizations.created_at), asc(organizations.id))
}

/** Organizations with their projects, in one call. */
export async function findOrganizationsWithProjects(db: NeonHttpDatabase, ids: readonly string[]) {
  if (ids.length === 0) return { organizations: [], projects: [] }
  const [rows, projectRows] = await db.batch([
    db
      .select()
      .from(organizations)
      .where(inArray(organizations.id, [...ids]))
      .orderBy(sql`${organizations.created_at}, ${organizations.id}`),
    db
      .select()
      .from(projects)
      .where(inArray(projects.organization_id, [...ids]))
      .orderBy(asc(projects.id)),
  ])
  return { organizations: rows, projects: projectRows }
}
