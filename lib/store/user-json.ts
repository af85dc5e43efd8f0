import { type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import type { ActorUser } from '../core/actor.ts'

type UserColumns = Readonly<Record<'id' | 'uuid' | 'distinct_id' | 'first_name' | 'last_name' | 'email', AnyPgColumn>>

/**
 * SQL of a user as `created_by` shows it; null if the left join found no user. `user` is the table or an alias of it.
 */
export const userJson = (user: UserColumns): SQL<ActorUser | null> => sql<ActorUser | null>`
  case when ${user.id} is null then null
  else json_build_object('id', ${user.id}, 'uuid', ${user.uuid}, 'distinct_id', ${user.distinct_id},
    'first_name', ${user.first_name}, 'last_name', ${user.last_name}, 'email', ${user.email},
    'is_email_verified', null, 'hedgehog_config', null, 'role_at_organization', null) end`
