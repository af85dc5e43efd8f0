import { LEVELS } from '../access/members.ts'
import { randomText } from '../core/ids.ts'
import type { Services } from '../services.ts'
import { insertFirstRows, insertMember } from '../store/bootstrap.ts'
import { maskKey } from './accounts/keys.ts'
import { secureValue } from './authenticate.ts'

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
  const row = await insertFirstRows(db, {
    ...input,
    slug,
    token,
    firstName: input.email.split('@')[0] ?? '',
    maskValue: maskKey(key),
    secureValue: await secureValue(key),
  })
  if (!row) throw new Error(`The user ${input.email} has no project.`)
  return { projectId: Number(row.project_id), token: row.token, key }
}

export interface MemberInput {
  readonly email: string
  readonly level: keyof typeof LEVELS
  /** The e-mail address of a user of the organization that the member joins. */
  readonly owner: string
}

/**
 * One more member of an organization, with a key with all scopes. Who is a member keeps the level and gets one more
 * key. One transaction.
 */
export async function bootstrapMember(
  { db }: Services,
  { email, level, owner }: MemberInput,
): Promise<Bootstrapped & { level: number }> {
  const key = `phx_${randomText(43)}`
  const row = await insertMember(db, {
    email,
    owner,
    level: LEVELS[level],
    firstName: email.split('@')[0] ?? '',
    maskValue: maskKey(key),
    secureValue: await secureValue(key),
  })
  if (!row) throw new Error(`There is no user ${owner} with a project.`)
  return { projectId: Number(row.project_id), token: row.token, key, level: Number(row.level) }
}
