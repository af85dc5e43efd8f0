import { and, asc, desc, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { ActorUser } from '../core/actor.ts'
import { memberships, users } from './schema.ts'
import { userJson } from './user-json.ts'

export interface MemberRow {
  readonly member: typeof memberships.$inferSelect
  readonly user: ActorUser
}

/** A query of memberships joined with their users; callers add the condition. */
export const selectMembers = (db: NeonHttpDatabase) =>
  db
    .select({ member: memberships, user: sql<ActorUser>`${userJson(users)}` })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.user_id))

/** One page of an organization's members, lowest level first, then newest first, and the number of all members. */
export async function listMembers(
  db: NeonHttpDatabase,
  organizationId: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ rows: MemberRow[]; count: number }> {
  const inOrganization = eq(memberships.organization_id, organizationId)
  const [rows, [total]] = await db.batch([
    selectMembers(db)
      .where(inOrganization)
      .orderBy(asc(memberships.level), desc(memberships.joined_at), asc(memberships.user_id))
      .limit(page.limit)
      .offset(page.offset),
    db.select({ count: sql<number>`count(*)::int4` }).from(memberships).where(inOrganization),
  ])
  return { rows, count: Number(total?.count) }
}

/** The membership of a user, by the user's uuid; undefined if the user is not in the organization. */
export async function findMember(
  db: NeonHttpDatabase,
  organizationId: string,
  userUuid: string,
): Promise<MemberRow | undefined> {
  const [row] = await selectMembers(db).where(
    and(eq(memberships.organization_id, organizationId), eq(users.uuid, userUuid)),
  )
  return row
}

type Ref = Pick<MemberRow['member'], 'id' | 'organization_id' | 'user_id'>

/**
 * CTEs: the owners of the organization, locked so that two last owners cannot leave at once, and the owners but this
 * member.
 */
const otherOwners = ({ id, organization_id }: Ref) => sql`
  owners as (select id from memberships where organization_id = ${organization_id} and level = 15 order by id for update),
  others as (select id from owners where id <> ${id})`

/**
 * Changes the level of a member. Returns false, and changes nothing, if that would leave the organization without an
 * owner.
 */
export async function updateLevel(db: NeonHttpDatabase, member: Ref, level: number): Promise<boolean> {
  const { rows } = await db.execute(sql`with ${otherOwners(member)}
    update memberships set level = ${level}, updated_at = now()
    where id = ${member.id} and (level <> 15 or ${level} = 15 or exists (select from others))
    returning id`)
  return rows.length > 0
}

/**
 * Removes a member. A user whose current organization this was moves to the one joined first, or to none. Returns
 * false, and changes nothing, if the member is the last owner.
 */
export async function deleteMember(db: NeonHttpDatabase, member: Ref): Promise<boolean> {
  const { rows } = await db.execute(sql`with ${otherOwners(member)},
    gone as (
      delete from memberships where id = ${member.id} and (level <> 15 or exists (select from others))
      returning user_id, organization_id
    ), next as (
      select g.user_id, g.organization_id, n.organization_id as next_organization, n.id as next_project
      from gone g left join lateral (
        select m.organization_id, p.id from memberships m left join projects p on p.organization_id = m.organization_id
        where m.user_id = g.user_id and m.organization_id <> g.organization_id
        order by m.joined_at, p.id limit 1
      ) n on true
    ), moved as (
      update users u set current_organization_id = n.next_organization, current_project_id = n.next_project
      from next n where u.id = n.user_id and u.current_organization_id = n.organization_id
    )
    select user_id from gone`)
  return rows.length > 0
}
