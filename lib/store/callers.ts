import { eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Caller } from '../access/caller.ts'
import { memberships, personalApiKeys, users } from './schema.ts'

/** The caller that a key stands for; undefined when there is no such key. `secureValue` = `sha256$` + hex. */
export async function findCaller(db: NeonHttpDatabase, secureValue: string): Promise<Caller | undefined> {
  const [row] = await db
    .select({
      key: personalApiKeys,
      user: users,
      organizations: sql<string[]>`array(select jsonb_build_array(${memberships.organization_id}, ${memberships.level})
        from ${memberships} where ${memberships.user_id} = ${users.id} order by ${memberships.organization_id})`,
    })
    .from(personalApiKeys)
    .innerJoin(users, eq(users.id, personalApiKeys.user_id))
    .where(eq(personalApiKeys.secure_value, secureValue))
  if (!row) return undefined
  const { key, user } = row
  return {
    keyId: key.id,
    userId: user.id,
    scopes: key.scopes,
    scopedTeams: key.scoped_teams,
    scopedOrganizations: key.scoped_organizations,
    organizationIds: row.organizations.map((entry) => (typeof entry === 'string' ? JSON.parse(entry) : entry)[0]),
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
  }
}

/** Notes that a key was used, at most hourly. */
export async function touchKey(db: NeonHttpDatabase, keyId: string): Promise<void> {
  await db.execute(sql`update personal_api_keys set last_used_at = now()
    where id = ${keyId} and (last_used_at is null or last_used_at < now() - interval '1 hour')`)
}
