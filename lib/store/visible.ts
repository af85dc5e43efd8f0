import { type SQL, sql } from 'drizzle-orm'
import type { Grantee } from '../access/levels.ts'
import { insights } from './schema.ts'

/**
 * The rules of `accessLevel` as a condition on many insights: the grantee made the insight, no rule matches, or a
 * matching rule lets the grantee see it. `everything`: no condition, for admins.
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
