import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { ActorUser } from '../core/actor.ts'
import type { MemberRow } from './members.ts'
import { memberships, roleMembers, roles, users } from './schema.ts'
import { userJson } from './user-json.ts'

export interface RoleRow {
  readonly role: typeof roles.$inferSelect
  readonly createdBy: ActorUser | null
  readonly members: readonly RoleMemberRow[]
}

export interface RoleMemberRow extends MemberRow {
  readonly roleMember: typeof roleMembers.$inferSelect
}

const selectRoleMembers = (db: NeonHttpDatabase) =>
  db
    .select({ roleMember: roleMembers, member: memberships, user: sql<ActorUser>`${userJson(users)}` })
    .from(roleMembers)
    .innerJoin(memberships, eq(memberships.id, roleMembers.membership_id))
    .innerJoin(users, eq(users.id, memberships.user_id))
    .orderBy(asc(roleMembers.joined_at), asc(roleMembers.id))

/** The roles of an organization with their members, oldest first; with `id` only that role. */
export async function findRoles(db: NeonHttpDatabase, organizationId: string, id?: string): Promise<RoleRow[]> {
  const wanted = and(eq(roles.organization_id, organizationId), id === undefined ? undefined : eq(roles.id, id))
  const [rows, members] = await db.batch([
    db
      .select({ role: roles, createdBy: userJson(users) })
      .from(roles)
      .leftJoin(users, eq(users.id, roles.created_by))
      .where(wanted)
      .orderBy(asc(roles.created_at), asc(roles.id)),
    selectRoleMembers(db).where(inArray(roleMembers.role_id, db.select({ id: roles.id }).from(roles).where(wanted))),
  ])
  const byRole = Map.groupBy(members, ({ roleMember }) => roleMember.role_id)
  return rows.map((row) => ({ ...row, members: byRole.get(row.role.id) ?? [] }))
}

export const MAX_ROLES = 200

/** The number of roles of an organization. */
export async function countRoles(db: NeonHttpDatabase, organizationId: string): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int4` })
    .from(roles)
    .where(eq(roles.organization_id, organizationId))
  return Number(row?.count ?? 0)
}

/**
 * Whether a role of the organization has this name, ignoring case; `except` is the id of a role that does not count.
 */
export async function isRoleNameTaken(db: NeonHttpDatabase, organizationId: string, name: string, except?: string) {
  const [found] = await db
    .select({ id: roles.id })
    .from(roles)
    .where(
      and(
        eq(roles.organization_id, organizationId),
        sql`lower(${roles.name}) = lower(${name})`,
        except === undefined ? undefined : sql`${roles.id} <> ${except}`,
      ),
    )
    .limit(1)
  return found !== undefined
}

/** Stores a new role and returns its id; undefined if another role took the name meanwhile. */
export async function insertRole(
  db: NeonHttpDatabase,
  values: { readonly organization_id: string; readonly name: string; readonly created_by: number },
): Promise<string | undefined> {
  const [row] = await db.insert(roles).values(values).onConflictDoNothing().returning({ id: roles.id })
  return row?.id
}

/** Renames a role. */
export async function updateRole(db: NeonHttpDatabase, id: string, name: string): Promise<void> {
  await db.update(roles).set({ name }).where(eq(roles.id, id))
}

/** Deletes a role; its memberships go with it. */
export async function deleteRole(db: NeonHttpDatabase, id: string): Promise<void> {
  await db.delete(roles).where(eq(roles.id, id))
}

/** Gives a member a role and returns the id of the assignment; undefined if the member has the role already. */
export async function insertRoleMember(
  db: NeonHttpDatabase,
  roleId: string,
  membershipId: string,
): Promise<string | undefined> {
  const [row] = await db
    .insert(roleMembers)
    .values({ role_id: roleId, membership_id: membershipId })
    .onConflictDoNothing()
    .returning({ id: roleMembers.id })
  return row?.id
}

/** Takes a role away from a member; `id` is that of the assignment. */
export async function deleteRoleMember(db: NeonHttpDatabase, id: string): Promise<void> {
  await db.delete(roleMembers).where(eq(roleMembers.id, id))
}
