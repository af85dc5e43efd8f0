/** Another user of the development organization. */
import { sql } from 'drizzle-orm'
import { randomText } from '../../lib/core/ids.ts'
import { secureValue } from '../../lib/resources/authenticate.ts'
import type { TestServer } from './server.ts'

export interface Member {
  readonly membershipId: string
  readonly userId: number
  /** The header of a key with all scopes. */
  readonly auth: { readonly Authorization: string }
}

export async function addMember(server: TestServer, level = 1): Promise<Member> {
  const key = `phx_${randomText(43)}`
  const name = randomText(12)
  const { rows } = await server.stack.services.db.execute<{ id: string; user_id: number }>(sql`
    with made as (
      insert into users (distinct_id, email, first_name, current_organization_id)
      select ${name}, ${`${name}@edgehog.local`}, ${name}, current_organization_id from users where id = 1
      returning id, current_organization_id
    ), key as (
      insert into personal_api_keys (id, user_id, label, mask_value, secure_value, scopes)
      select ${name}, id, 'test', 'phx_...', ${await secureValue(key)}, array['*'] from made
    )
    insert into memberships (organization_id, user_id, level)
    select current_organization_id, id, ${level} from made returning id, user_id`)
  const [row] = rows
  if (!row) throw new Error('no member was made')
  return { membershipId: row.id, userId: Number(row.user_id), auth: { Authorization: `Bearer ${key}` } }
}
