import { sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { randomText } from '../core/ids.ts'

export interface FirstRows extends NewKey {
  readonly organization: string
  readonly slug: string
  readonly project: string
  readonly token: string
  readonly email: string
  readonly firstName: string
}

interface NewKey {
  readonly maskValue: string
  readonly secureValue: string
}

/**
 * Creates the first organization, project, user and key, in one statement. For an email that is known it adds only the
 * key. Returns the project's id and token, the user's id, and how many other keys the user has; undefined if the known user
 * has no project.
 */
export async function insertFirstRows(db: NeonHttpDatabase, first: FirstRows) {
  const { rows } = await db.execute<{ project_id: number; token: string; user_id: number; others: string }>(sql`
    with known as (
      select u.id, u.current_organization_id, u.current_project_id from users u where u.email = ${first.email}
    ), organization as (
      insert into organizations (name, slug) select ${first.organization}, ${first.slug} where not exists (select from known)
      returning id
    ), project as (
      insert into projects (organization_id, name, api_token)
      select id, ${first.project}, ${first.token} from organization returning id, api_token, organization_id
    ), made as (
      insert into users (distinct_id, email, first_name, current_project_id, current_organization_id)
      select ${randomText(32)}, ${first.email}, ${first.firstName}, id, organization_id from project
      returning id
    ), member as (
      insert into memberships (organization_id, user_id, level)
      select p.organization_id, m.id, 15 from project p, made m returning user_id
    ), key as (
      insert into personal_api_keys (id, user_id, label, mask_value, secure_value, scopes)
      select ${randomText(12)}, u.id, 'first key', ${first.maskValue}, ${first.secureValue},
             array['*'] from (select id from known union all select id from made) u
      on conflict (secure_value) do nothing
      returning id
    )
    select p.id as project_id, p.api_token as token, m.id as user_id, 0 as others from project p, made m
    union all
    select p.id, p.api_token, k.id, (select count(*) from personal_api_keys o where o.user_id = k.id)
    from known k join projects p on p.id = k.current_project_id`)
  return rows[0]
}

export interface MemberRows extends NewKey {
  readonly email: string
  readonly firstName: string
  readonly level: number
  /** The user whose organization the member joins. */
  readonly owner: string
}

/** Adds a member to the owner's organization, with a key. Returns undefined if no user has the owner's email. */
export async function insertMember(db: NeonHttpDatabase, wanted: MemberRows) {
  const { rows } = await db.execute<{ project_id: number; token: string; level: number }>(sql`
    with owner as (
      select current_organization_id as organization, current_project_id as project
      from users where email = ${wanted.owner} and current_organization_id is not null
    ), made as (
      insert into users (distinct_id, email, first_name, current_project_id, current_organization_id)
      select ${randomText(32)}, ${wanted.email}, ${wanted.firstName}, project, organization from owner
      on conflict (email) do nothing
      returning id
    ), member as (
      select id from made union all select u.id from users u, owner where u.email = ${wanted.email}
    ), joined as (
      insert into memberships (organization_id, user_id, level)
      select o.organization, m.id, ${wanted.level} from owner o, member m
      on conflict (organization_id, user_id) do nothing
      returning level
    ), key as (
      insert into personal_api_keys (id, user_id, label, mask_value, secure_value, scopes)
      select ${randomText(12)}, id, 'first key', ${wanted.maskValue}, ${wanted.secureValue}, array['*'] from member
    )
    select p.id as project_id, p.api_token as token, coalesce((select level from joined), k.level) as level
    from owner o join projects p on p.id = o.project cross join member m
    left join memberships k on k.organization_id = o.organization and k.user_id = m.id`)
  return rows[0]
}

/**
 * Adds a project to the current organization of a user. A project of the name that is there already is returned as it is.
 * Returns undefined if no user has the email.
 */
export async function insertProjectOf(
  db: NeonHttpDatabase,
  { email, project, token }: { readonly email: string; readonly project: string; readonly token: string },
) {
  const { rows } = await db.execute<{ project_id: number; token: string; is_new: boolean }>(sql`
    with owner as (
      select current_organization_id as organization from users
      where email = ${email} and current_organization_id is not null
    ), known as (
      select p.id, p.api_token from projects p join owner o on o.organization = p.organization_id
      where p.name = ${project} order by p.id limit 1
    ), made as (
      insert into projects (organization_id, name, api_token)
      select organization, ${project}, ${token} from owner where not exists (select from known)
      returning id, api_token
    )
    select id as project_id, api_token as token, true as is_new from made
    union all
    select id, api_token, false from known`)
  return rows[0]
}

/** Deletes all keys of a user but one. Returns how many they were. */
export async function deleteOtherKeys(db: NeonHttpDatabase, userId: number, secureValue: string): Promise<number> {
  const { rows } = await db.execute(sql`
    delete from personal_api_keys where user_id = ${userId} and secure_value <> ${secureValue} returning id`)
  return rows.length
}

/** How many users there are. */
export async function countUsers(db: NeonHttpDatabase): Promise<number> {
  const { rows } = await db.execute<{ users: string }>(sql`select count(*) as users from users`)
  return Number(rows[0]?.users)
}
