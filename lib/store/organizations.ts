import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { memberships, organizations, projects } from './schema.ts'

export type OrganizationRow = typeof organizations.$inferSelect

/** The organizations with these ids, oldest first, and all their projects by id, in one call. */
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

/** Whether all of these users belong to an organization. */
export async function areMembers(db: NeonHttpDatabase, organizationId: string, userIds: readonly number[]) {
  const [row] = await db
    .select({ count: sql<number>`count(distinct ${memberships.user_id})::int4` })
    .from(memberships)
    .where(and(eq(memberships.organization_id, organizationId), inArray(memberships.user_id, [...userIds])))
  return Number(row?.count) === new Set(userIds).size
}
