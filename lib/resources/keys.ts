/** Personal API keys: made, changed, rolled, revoked. A key never leads to one that may do more than itself. */

import type { Caller } from '../access/caller.ts'
import { includesScope } from '../access/scopes.ts'
import { invalid, notFound, permissionDenied } from '../core/errors.ts'
import { isUuid, randomText } from '../core/ids.ts'
import { recordKey } from '../records/record.ts'
import { withholdRecords, writeRecords } from '../records/write.ts'
import type { Services } from '../services.ts'
import { deleteKey, findKey, insertKey, type KeyRow, rollKey, updateKey } from '../store/keys.ts'
import { findProjectIds } from '../store/projects.ts'
import { secureValue } from './authenticate.ts'

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

/** Keys of one user. */
const MAX_KEYS = 200

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
  const values = {
    ...stored,
    id: randomText(12),
    user_id: caller.userId,
    label: input.label,
    scopes: [...input.scopes],
    scoped_teams: [...input.scopedTeams],
    scoped_organizations: [...input.scopedOrganizations],
  }
  const row = await insertKey(services.db, values, MAX_KEYS)
  if (!row) throw invalid(null, `A user may have ${MAX_KEYS} personal API keys: delete some that are not used.`)
  return { row, value }
}

/** A key of the caller's, by its id or `@current`. Throws 404. */
export async function readKey(services: Services, caller: Caller, ref: string): Promise<KeyRow> {
  const row = await findKey(services.db, caller.userId, ref === '@current' ? caller.keyId : ref)
  if (!row) throw notFound()
  return row
}

/** One that the caller's key may change. Throws 404, and 403 for one that may do more than the caller's. */
async function readSmallerKey(services: Services, caller: Caller, ref: string): Promise<KeyRow> {
  const known = await readKey(services, caller, ref)
  requireWithin(caller, rightsOf(known))
  return known
}

const rightsOf = ({ scopes, scoped_teams, scoped_organizations }: KeyRow): Rights => ({
  scopes,
  scopedTeams: scoped_teams,
  scopedOrganizations: scoped_organizations,
})

const withhold = (services: Services, { secure_value }: KeyRow) =>
  withholdRecords(services, [recordKey.caller(secure_value)])

/** Nothing that was known by the value of a key comes back. */
const bury = (services: Services, { secure_value }: KeyRow) =>
  writeRecords(services, [{ key: recordKey.caller(secure_value), version: 0, value: null }])

/**
 * Changes the given fields; requests with the key see it at once. Throws what `createKey` throws, 404, and 503 when that
 * cannot be made sure of: then nothing was changed.
 */
export async function changeKey(
  services: Services,
  caller: Caller,
  ref: string,
  changes: { readonly [Key in keyof KeyInput]?: KeyInput[Key] | undefined },
): Promise<KeyRow> {
  const known = await readSmallerKey(services, caller, ref)
  const { label: _, ...rights } = changes
  requireWithin(caller, { ...rightsOf(known), ...given(rights) })
  await requireReachable(services, caller, changes)
  await withhold(services, known)
  const row = await updateKey(services.db, known, {
    ...(changes.label === undefined ? {} : { label: changes.label }),
    ...(changes.scopes ? { scopes: [...changes.scopes] } : {}),
    ...(changes.scopedTeams ? { scoped_teams: [...changes.scopedTeams] } : {}),
    ...(changes.scopedOrganizations ? { scoped_organizations: [...changes.scopedOrganizations] } : {}),
  })
  if (!row) throw notFound()
  return row
}

/** Gives a key a new value; the old one stops working everywhere. Throws 404, 403 for a key that may do more, 503. */
export async function rollKeyOf(services: Services, caller: Caller, ref: string): Promise<ShownKey> {
  const known = await readSmallerKey(services, caller, ref)
  await withhold(services, known)
  const { value, stored } = await newValue()
  const row = await rollKey(services.db, known, stored)
  if (!row) throw notFound()
  await bury(services, known)
  return { row, value }
}

/** Revokes a key; it stops working everywhere. Throws 404, 403 for a key that may do more, 503. */
export async function revokeKey(services: Services, caller: Caller, ref: string): Promise<void> {
  const known = await readSmallerKey(services, caller, ref)
  await withhold(services, known)
  if (!(await deleteKey(services.db, known))) throw notFound()
  await bury(services, known)
}

type Rights = Pick<KeyInput, 'scopes' | 'scopedTeams' | 'scopedOrganizations'>

const given = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>
  }

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
