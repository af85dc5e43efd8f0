import { sql } from 'drizzle-orm'
import { secureValue } from '../access/authenticate.ts'
import { randomText } from '../core/ids.ts'
import type { Services } from '../services.ts'

export interface BootstrapInput {
  readonly organization: string
  readonly project: string
  readonly email: string
  /** Made up when absent. */
  readonly key?: string
  readonly token?: string
}

export interface Bootstrapped {
  readonly projectId: number
  readonly token: string
  readonly key: string
}

/**
 * The first organization, user, project and a key with all scopes. An e-mail address that is known keeps its
 * organization and project and gets one more key. One transaction.
 */
export async function bootstrap({ db }: Services, input: BootstrapInput): Promise<Bootstrapped> {
  const key = input.key ?? `phx_${randomText(43)}`
  const token = input.token ?? `phc_${randomText(43)}`
  const slug = `${input.organization.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${randomText(6).toLowerCase()}`
  const { rows } = await db.execute<{ project_id: number; token: string }>(sql`
    with known as (
      select u.id, u.current_organization_id, u.current_project_id from users u where u.email = ${input.email}
    ), organization as (
      insert into organizations (name, slug) select ${input.organization}, ${slug} where not exists (select from known)
      returning id
    ), project as (
      insert into projects (organization_id, name, api_token)
      select id, ${input.project}, ${token} from organization returning id, api_token, organization_id
    ), made as (
      insert into users (distinct_id, email, first_name, current_project_id, current_organization_id)
      select ${randomText(32)}, ${input.email}, ${input.email.split('@')[0] ?? ''}, id, organization_id from project
      returning id
    ), member as (
      insert into memberships (organization_id, user_id, level)
      select p.organization_id, m.id, 15 from project p, made m returning user_id
    ), key as (
      insert into personal_api_keys (id, user_id, label, mask_value, secure_value, scopes)
      select ${randomText(12)}, u.id, 'first key', ${`${key.slice(0, 4)}...${key.slice(-4)}`}, ${await secureValue(key)},
             array['*'] from (select id from known union all select id from made) u
      on conflict (secure_value) do nothing
      returning id
    )
    select id as project_id, api_token as token from project
    union all
    select p.id, p.api_token from known k join projects p on p.id = k.current_project_id`)
  const row = rows[0]
  if (!row) throw new Error(`The user ${input.email} has no project.`)
  return { projectId: Number(row.project_id), token: row.token, key }
}
