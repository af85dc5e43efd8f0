import { and, eq, isNull, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { AccessLevel } from '../access/levels.ts'
import type { ActorUser } from '../core/actor.ts'
import { moveInsights } from './insights.ts'
import { accessControls, memberships, roles, users } from './schema.ts'
import { userJson } from './user-json.ts'

type Columns = typeof accessControls.$inferSelect
export type AccessControlRow = Omit<Columns, 'created_by'> & { readonly created_by: ActorUser | null }

/**
 * The insight of a rule and the people it applies to: one member, all with a role, or (both null) everyone in the
 * project.
 */
export interface RuleTarget {
  readonly projectId: number
  readonly insightId: number
  readonly membershipId: string | null
  readonly roleId: string | null
}

const COLUMNS = {
  id: accessControls.id,
  project_id: accessControls.project_id,
  insight_id: accessControls.insight_id,
  access_level: accessControls.access_level,
  membership_id: accessControls.membership_id,
  role_id: accessControls.role_id,
  created_at: accessControls.created_at,
  updated_at: accessControls.updated_at,
  created_by: userJson(users).as('creator'),
}

const ofInsight = ({ projectId, insightId }: Pick<RuleTarget, 'projectId' | 'insightId'>) =>
  and(eq(accessControls.project_id, projectId), eq(accessControls.insight_id, insightId))
const isTarget = ({ membershipId, roleId, ...insight }: RuleTarget) =>
  and(
    ofInsight(insight),
    membershipId === null ? isNull(accessControls.membership_id) : eq(accessControls.membership_id, membershipId),
    roleId === null ? isNull(accessControls.role_id) : eq(accessControls.role_id, roleId),
  )

/** All rules of an insight, oldest first. */
export const listAccessControls = (
  db: NeonHttpDatabase,
  insight: Pick<RuleTarget, 'projectId' | 'insightId'>,
): Promise<AccessControlRow[]> =>
  db
    .select(COLUMNS)
    .from(accessControls)
    .leftJoin(users, eq(users.id, accessControls.created_by))
    .where(ofInsight(insight))
    .orderBy(accessControls.created_at, accessControls.id)

/** Raises the version of the insight, since its record holds the rules. */
const move = (db: NeonHttpDatabase, { projectId, insightId }: RuleTarget) =>
  moveInsights(db, projectId, sql`${insightId}`)

/** Creates the rule of a target or changes its level. Returns the rule. */
export async function putAccessControl(
  db: NeonHttpDatabase,
  target: RuleTarget,
  level: AccessLevel,
  userId: number,
): Promise<AccessControlRow | undefined> {
  const [, , [row]] = await db.batch([
    move(db, target),
    db.execute(sql`
      insert into access_controls (project_id, insight_id, access_level, membership_id, role_id, created_by)
      values (${target.projectId}, ${target.insightId}, ${level}, ${target.membershipId}::uuid, ${target.roleId}::uuid, ${userId})
      on conflict (insight_id, membership_id, role_id)
      do update set access_level = excluded.access_level, updated_at = now()`),
    db
      .select(COLUMNS)
      .from(accessControls)
      .leftJoin(users, eq(users.id, accessControls.created_by))
      .where(isTarget(target)),
  ])
  return row
}

/** Deletes the rule of a target; nothing happens if there is none. */
export async function deleteAccessControl(db: NeonHttpDatabase, target: RuleTarget): Promise<void> {
  await db.batch([move(db, target), db.delete(accessControls).where(isTarget(target))])
}

/** Whether the member and the role of a target belong to the organization; true for one that is null. */
export async function knowsTarget(
  db: NeonHttpDatabase,
  organizationId: string,
  { membershipId, roleId }: Pick<RuleTarget, 'membershipId' | 'roleId'>,
): Promise<{ member: boolean; role: boolean }> {
  const { rows } = await db.execute<{ member: boolean; role: boolean }>(sql`
    select exists (select from ${memberships}
              where ${memberships.id} = ${membershipId}::uuid and ${memberships.organization_id} = ${organizationId}) as member,
           exists (select from ${roles}
              where ${roles.id} = ${roleId}::uuid and ${roles.organization_id} = ${organizationId}) as role`)
  const [row] = rows
  return { member: membershipId === null || row?.member === true, role: roleId === null || row?.role === true }
}
