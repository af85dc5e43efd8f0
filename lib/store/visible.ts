import { type SQL, sql } from 'drizzle-orm'
import type { Caller } from '../access/caller.ts'
import { membershipIn } from '../access/levels.ts'
import { insights } from './schema.ts'

/** What `accessLevel` says of one insight, as a condition on many, admins aside: a list hides from them, too. */
export function visibleTo(caller: Caller, organizationId: string): SQL {
  const own = membershipIn(caller, organizationId)
  const roles = `{${(own?.roles ?? []).join(',')}}`
  return sql`(${insights.created_by} = ${caller.userId} or coalesce((
    select bool_or(a.access_level <> 'none') from access_controls a
     where a.insight_id = ${insights.id}
       and (a.membership_id = ${own?.id ?? null}::uuid or a.role_id = any(${roles}::uuid[])
            or (a.membership_id is null and a.role_id is null))), true))`
}
