/** Personal API keys: made, changed, rolled, revoked. A key never leads to one that may do more than itself. */
import { secureValue } from '../access/authenticate.ts'
import type { Caller } from '../access/caller.ts'
import { includesScope } from '../access/scopes.ts'
import { recordKey, writeRecords } from '../cache/records.ts'
import { invalid, notFound, permissionDenied } from '../core/errors.ts'
import { isUuid, randomText } from '../core/ids.ts'
import type { Services } from '../services.ts'
import { deleteKey, findKey, insertKey, type KeyRow, rollKey, updateKey } from '../store/keys.ts'
import { findProjectIds } from '../store/projects.ts'
import { refreshCallers } from './callers.ts'

export interface KeyInput {
  readonly label: string
  readonly scopes: readonly string[]
  /** Empty = all. */
  readonly scopedTeams: readonly number[]
  readonly scopedOrganizations: readonly string[]
}

export interface ShownKey {
  readonly row: KeyRow
  /** Shown this once: only its hash is stored. */
  readonly value: string
}

/** What is shown of a key after its creation. */
export const maskKey = (key: string) => `${key.slice(0, 4)}...${key.slice(-4)}`

async function newValue() {
  const value = `phx_${randomText(43)}`
  return { value, stored: { mask_value: maskKey(value), secure_value: await secureValue(value) } }
}

/** A new key. Throws 403 for one that may do more than the caller's, 400 for what the user cannot reach. */
export async function createKey(services: Services, caller: Caller, input: KeyInput): Promise<ShownKey> {
  requireWithin(caller, input)
  await requireReachable(services, caller, input)
  const { value, stored } = await newValue()
  const row = await insertKey(services.db, {
    ...stored,
    id: randomText(12),
    user_id: caller.userId,
    label: input.label,
    scopes: [...input.scopes],
    scoped_teams: [...input.scopedTeams],
    scoped_organizations: [...input.scopedOrganizations],
  })
  return { row, value }
}

/** A key of the caller's, by its id or `@current`. Throws 404. */
export async function readKey(services: Services, caller: Caller, ref: string): Promise<KeyRow> {
  const row = await findKey(services.db, caller.userId, ref === '@current' ? caller.keyId : ref)
  if (!row) throw notFound()
  return row
}

/** Changes the given fields; requests with the key see it at once. Throws what `createKey` throws, and 404. */
export async function changeKey(
  services: Services,
  caller: Caller,
  ref: string,
  changes: { readonly [Key in keyof KeyInput]?: KeyInput[Key] | undefined },
): Promise<KeyRow> {
  const known = await readKey(services, caller, ref)
  requireWithin(caller, {
    scopes: changes.scopes ?? known.scopes,
    scopedTeams: changes.scopedTeams ?? known.scoped_teams,
    scopedOrganizations: changes.scopedOrganizations ?? known.scoped_organizations,
  })
  await requireReachable(services, caller, changes)
  const row = await updateKey(services.db, caller.userId, known.id, {
    ...(changes.label === undefined ? {} : { label: changes.label }),
    ...(changes.scopes ? { scopes: [...changes.scopes] } : {}),
    ...(changes.scopedTeams ? { scoped_teams: [...changes.scopedTeams] } : {}),
    ...(changes.scopedOrganizations ? { scoped_organizations: [...changes.scopedOrganizations] } : {}),
  })
  if (!row) throw notFound()
  await refreshCallers(services, [caller.userId])
  return row
}

/** Gives a key a new value; the old one stops working everywhere. Throws 404, 403 for a key that may do more. */
export async function rollKeyOf(services: Services, caller: Caller, ref: string): Promise<ShownKey> {
  const known = await readKey(services, caller, ref)
  requireWithin(caller, {
    scopes: known.scopes,
    scopedTeams: known.scoped_teams,
    scopedOrganizations: known.scoped_organizations,
  })
  const { value, stored } = await newValue()
  const row = await rollKey(services.db, known, stored)
  if (!row) throw notFound()
  await writeRecords(services, [[recordKey.caller(known.secure_value), null]])
  return { row, value }
}

/** Revokes a key; it stops working everywhere. Throws 404. */
export async function revokeKey(services: Services, caller: Caller, ref: string): Promise<void> {
  const row = await deleteKey(services.db, caller.userId, ref === '@current' ? caller.keyId : ref)
  if (!row) throw notFound()
  await writeRecords(services, [[recordKey.caller(row.secure_value), null]])
}

type Rights = Pick<KeyInput, 'scopes' | 'scopedTeams' | 'scopedOrganizations'>

function requireWithin(caller: Caller, { scopes, scopedTeams, scopedOrganizations }: Rights): void {
  const within = <T>(wanted: readonly T[], own: readonly T[]) =>
    own.length === 0 || (wanted.length > 0 && wanted.every((item) => own.includes(item)))
  if (
    !scopes.every((scope) => includesScope(caller.scopes, scope)) ||
    !within(scopedTeams, caller.scopedTeams) ||
    !within(scopedOrganizations, caller.scopedOrganizations)
  )
    throw permissionDenied('A key cannot create or change a key that may do more than itself.')
}

async function requireReachable(
  { db }: Services,
  { organizationIds }: Caller,
  { scopedTeams = [], scopedOrganizations = [] }: { readonly [Key in keyof Rights]?: Rights[Key] | undefined },
): Promise<void> {
  if (!scopedOrganizations.every(isUuid)) throw invalid('scoped_organizations', 'Invalid organization UUID')
  if (!scopedOrganizations.every((id) => organizationIds.includes(id)))
    throw invalid('scoped_organizations', 'You must be a member of all organizations that you are scoping the key to.')
  const known = await findProjectIds(db, organizationIds, scopedTeams)
  if (!scopedTeams.every((id) => known.includes(id)))
    throw invalid('scoped_teams', 'You must be a member of all projects that you are scoping the key to.')
}

/** As the API shows it; `value` only in the answer that makes it. */
export const presentKey = (row: KeyRow, value: string | null = null) => ({
  id: row.id,
  label: row.label,
  value,
  mask_value: row.mask_value,
  created_at: row.created_at,
  last_used_at: row.last_used_at,
  last_rolled_at: row.last_rolled_at,
  user_id: row.user_id,
  scopes: row.scopes,
  scoped_teams: row.scoped_teams,
  scoped_organizations: row.scoped_organizations,
})
