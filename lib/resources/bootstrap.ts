import { LEVELS } from '../access/members.ts'
import { randomText } from '../core/ids.ts'
import type { Services } from '../services.ts'
import { deleteOtherKeys, insertFirstRows, insertMember, insertProjectOf } from '../store/bootstrap.ts'
import { maskKey } from './accounts/keys.ts'
import { changeRights, secureValue } from './authenticate.ts'

export interface BootstrapInput {
  readonly organization: string
  readonly project: string
  readonly email: string
  /** Random if absent. */
  readonly key?: string
  readonly token?: string
}

export interface Bootstrapped {
  readonly projectId: number
  readonly token: string
  readonly key: string
}

export interface FirstKey extends Bootstrapped {
  readonly userId: number
  /** How many keys the user had before. */
  readonly otherKeys: number
}

const newKey = () => `phx_${randomText(43)}`
const newToken = () => `phc_${randomText(43)}`

/**
 * Creates an organization, a project, a user who owns them, and a key with all scopes, in one transaction. A user with
 * the e-mail address keeps organization and project and gets one more key. Throws an Error if that user has no project.
 */
export async function bootstrap({ db }: Services, input: BootstrapInput): Promise<FirstKey> {
  const key = input.key ?? newKey()
  const token = input.token ?? newToken()
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
  const made = { projectId: Number(row.project_id), token: row.token, key }
  return { ...made, userId: Number(row.user_id), otherKeys: Number(row.others) }
}

/** Revokes all keys of the user but this one, for the next request on. Throws 503 if Redis is away; then none is. */
export async function revokeOthers(services: Services, { userId, key }: FirstKey): Promise<number> {
  const kept = await secureValue(key)
  return changeRights(services, [userId], () => deleteOtherKeys(services.db, userId, kept))
}

/**
 * Adds a project to the organization of a user; one of the same name is returned as it is. Returns undefined if no user has
 * the e-mail address.
 */
export async function bootstrapProject({ db }: Services, input: { readonly email: string; readonly project: string }) {
  const row = await insertProjectOf(db, { ...input, token: newToken() })
  return row && { projectId: Number(row.project_id), token: row.token, isNew: row.is_new }
}

export interface MemberInput {
  readonly email: string
  readonly level: keyof typeof LEVELS
  /** The e-mail address of a user; the member joins the current organization of that user. */
  readonly owner: string
}

/**
 * Adds a member to an organization, with a key with all scopes, in one transaction. A user who is a member already
 * keeps the level and gets one more key. Throws an Error if `owner` is not a user with a project.
 */
export async function bootstrapMember(
  { db }: Services,
  { email, level, owner }: MemberInput,
): Promise<Bootstrapped & { level: number }> {
  const key = newKey()
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
