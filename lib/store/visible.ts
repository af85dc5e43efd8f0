import { type SQL, sql } from 'drizzle-orm'
import type { Grantee } from '../access/levels.ts'
import { insights } from './schema.ts'

/**
 * SQL of the same rules as `accessLevel`: the grantee created the insight, no rule applies to the grantee, or a rule
 * that applies allows more than `none`. Undefined (no condition) for `everything`, which admins have.
 */
export function visibleTo(grantee: Grantee | 'everything'): SQL | undefined {
  if (grantee === 'everything') return undefined
  const roles = `{${grantee.roleIds.join(',')}}`
  return sql`(${insights.created_by} = ${grantee.userId} or coalesce((
    select bool_or(a.access_level <> 'none') from access_controls a
     where a.insight_id = ${insights.id}
       and (a.membership_id = ${grantee.membershipId}::uuid or a.role_id = any(${roles}::uuid[])
            or (a.membership_id is null and a.role_id is null))), true))`
}
