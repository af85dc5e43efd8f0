import { eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { KeyActor, Membership } from '../core/actor.ts'
import { idList } from './column-values.ts'
import { personalApiKeys, users } from './schema.ts'

const MEMBERSHIPS = sql<Membership[]>`(select coalesce(json_agg(json_build_object('id', m.id,
    'organizationId', m.organization_id, 'level', m.level,
    'roles', (select coalesce(json_agg(r.role_id), '[]') from role_members r where r.membership_id = m.id))
    order by m.organization_id), '[]')
  from memberships m where m.user_id = ${users.id})`

const selectCallers = (db: NeonHttpDatabase) =>
  db
    .select({ key: personalApiKeys, user: users, memberships: MEMBERSHIPS })
    .from(personalApiKeys)
    .innerJoin(users, eq(users.id, personalApiKeys.user_id))

type Found = Awaited<ReturnType<typeof selectCallers>>[number]

/**
 * The actor of a key, by `secureValue`: `sha256$` and the hash of the key in hex. Undefined if there is no such key.
 */
export async function findCaller(db: NeonHttpDatabase, secureValue: string): Promise<KeyActor | undefined> {
  const [row] = await selectCallers(db).where(eq(personalApiKeys.secure_value, secureValue))
  return row && toCaller(row)
}

/** The hashes of all keys of these users, whose records are outdated after a change of memberships or roles. */
export async function findSecureValues(db: NeonHttpDatabase, userIds: readonly number[]): Promise<string[]> {
  if (userIds.length === 0) return []
  const rows = await db
    .select({ value: personalApiKeys.secure_value })
    .from(personalApiKeys)
    .where(sql`${personalApiKeys.user_id} = any(${idList(userIds)})`)
  return rows.map(({ value }) => value)
}

const toCaller = ({ key, user, memberships }: Found): KeyActor => ({
  kind: 'key',
  keyId: key.id,
  userId: user.id,
  scopes: key.scopes,
  scopedTeams: key.scoped_teams,
  scopedOrganizations: key.scoped_organizations,
  organizationIds: memberships.map(({ organizationId }) => organizationId),
  memberships,
  currentProjectId: user.current_project_id,
  currentOrganizationId: user.current_organization_id,
  lastUsedAt: key.last_used_at,
  user: {
    id: user.id,
    uuid: user.uuid,
    distinct_id: user.distinct_id,
    first_name: user.first_name,
    last_name: user.last_name,
    email: user.email,
    is_email_verified: null,
    hedgehog_config: null,
    role_at_organization: null,
  },
})

/** Sets `last_used_at` of a key to now, at most once an hour. */
export async function touchKey(db: NeonHttpDatabase, keyId: string): Promise<void> {
  await db.execute(sql`update personal_api_keys set last_used_at = now()
    where id = ${keyId} and (last_used_at is null or last_used_at < now() - interval '1 hour')`)
}
