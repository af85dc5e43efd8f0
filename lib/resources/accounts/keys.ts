/** Personal API keys. A key can neither create nor take over a key that has more rights. */
import * as z from 'zod/mini'
import { includesScope, isScope } from '../../access/scopes.ts'
import type { KeyActor } from '../../core/actor.ts'
import { invalid, notFound, permissionDenied } from '../../core/errors.ts'
import { isUuid, randomText } from '../../core/ids.ts'
import { recordKey } from '../../records/record.ts'
import { withholdRecords, writeRecords } from '../../records/write.ts'
import type { Services } from '../../services.ts'
import * as store from '../../store/keys.ts'
import { deleteKey, findKey, insertKey, type KeyRow, updateKey } from '../../store/keys.ts'
import { findProjectIds } from '../../store/projects.ts'
import { secureValue } from '../authenticate.ts'
import type { Ctx } from '../ctx.ts'
import { int32, list, nullable, text } from '../fields.ts'
import { presentKey } from './present.ts'

/** Keys of one user. */
const MAX_KEYS = 200
const MAX_LIST = 200

const label = text(40, { blank: false })
/** The first word that is no scope is named: clients show the text. */
const scopes = z.pipe(
  list(text(), MAX_LIST),
  z.transform((words, context) => {
    const wrong = words.find((word) => !isScope(word))
    if (wrong !== undefined)
      context.issues.push({ code: 'custom', input: words, message: `Invalid scope: ${wrong.slice(0, 100)}` })
    return words
  }),
)
const scoped = {
  scoped_teams: z.optional(nullable(list(int32, MAX_LIST))),
  scoped_organizations: z.optional(nullable(list(text(), MAX_LIST))),
}
export const newKeyBody = z.object({ label, scopes, ...scoped })
export const keyBody = z.object({ label: z.optional(label), scopes: z.optional(scopes), ...scoped })

/** A key of the user by its id, or `@current`. */
export interface KeyRef {
  readonly key: string
}

/** The rights of a key; an empty list of projects or organizations means all that the user reaches. */
interface Rights {
  readonly scopes: readonly string[]
  readonly scopedTeams: readonly number[]
  readonly scopedOrganizations: readonly string[]
}

export async function listKeys({ services, actor }: Ctx<KeyActor>) {
  return (await store.listKeys(services.db, actor.userId)).map((row) => presentKey(row))
}

/** One key of the user. Throws 404 if there is none. */
export const readKey = async (ctx: Ctx<KeyActor>, ref: KeyRef) => presentKey(await requireKey(ctx, ref))

/**
 * Creates a key and returns it with its value. Throws 403 if it has more rights than the actor's key, 400 if the user
 * does not reach its projects or organizations.
 */
export async function createKey(ctx: Ctx<KeyActor>, input: z.infer<typeof newKeyBody>) {
  const { services, actor } = ctx
  const rights: Rights = { ...NO_LIMITS, scopes: input.scopes, ...limitsOf(input) }
  requireWithin(actor, rights)
  await requireReachable(ctx, rights)
  const { value, stored } = await newValue()
  const values = { ...stored, id: randomText(12), user_id: actor.userId, label: input.label, ...columnsOf(rights) }
  const row = await insertKey(services.db, values, MAX_KEYS)
  if (!row) throw invalid(null, `A user may have ${MAX_KEYS} personal API keys: delete some that are not used.`)
  return presentKey(row, value)
}

/**
 * Changes the given fields of a key, for the next request on. `null` means all, as for a new key. Throws as
 * `createKey`, 404 if there is no such key, 503 if Redis is away; then nothing was changed.
 */
export async function changeKey(ctx: Ctx<KeyActor>, { key, ...input }: KeyRef & z.infer<typeof keyBody>) {
  const { services, actor } = ctx
  const known = await requireKeyToChange(ctx, { key })
  const changed = { ...(input.scopes && { scopes: input.scopes }), ...limitsOf(input) }
  const rights: Rights = { ...rightsOf(known), ...changed }
  requireWithin(actor, rights)
  await requireReachable(ctx, changed)
  await withhold(services, known)
  const changes = { ...(input.label !== undefined && { label: input.label }), ...columnsOf(changed) }
  const row = await updateKey(services.db, known, changes)
  if (!row) throw notFound()
  return presentKey(row)
}

/**
 * Gives a key a new value; the old one stops working. Throws 404, 403 if the key has more rights than the actor's, 503
 * if Redis is away.
 */
export async function rollKey(ctx: Ctx<KeyActor>, ref: KeyRef) {
  const { services } = ctx
  const known = await requireKeyToChange(ctx, ref)
  await withhold(services, known)
  const { value, stored } = await newValue()
  const row = await store.rollKey(services.db, known, stored)
  if (!row) throw notFound()
  await bury(services, known)
  return presentKey(row, value)
}

/**
 * Deletes a key, which stops working. Throws 404, 403 if the key has more rights than the actor's, 503 if Redis is
 * away.
 */
export async function revokeKey(ctx: Ctx<KeyActor>, ref: KeyRef): Promise<void> {
  const { services } = ctx
  const known = await requireKeyToChange(ctx, ref)
  await withhold(services, known)
  if (!(await deleteKey(services.db, known))) throw notFound()
  await bury(services, known)
}

/** The mask of a key, which is shown after its creation. */
export const maskKey = (key: string) => `${key.slice(0, 4)}...${key.slice(-4)}`

async function newValue() {
  const value = `phx_${randomText(43)}`
  return { value, stored: { mask_value: maskKey(value), secure_value: await secureValue(value) } }
}

async function requireKey({ services, actor }: Ctx<KeyActor>, { key }: KeyRef): Promise<KeyRow> {
  const row = await findKey(services.db, actor.userId, key === '@current' ? actor.keyId : key)
  if (!row) throw notFound()
  return row
}

/** The key to change. Throws 404 if there is none, 403 if it has more rights than the actor's key. */
async function requireKeyToChange(ctx: Ctx<KeyActor>, ref: KeyRef): Promise<KeyRow> {
  const known = await requireKey(ctx, ref)
  requireWithin(ctx.actor, rightsOf(known))
  return known
}

const withhold = (services: Services, { secure_value }: KeyRow) =>
  withholdRecords(services, [recordKey.caller(secure_value)])

/** Records under the value of a key that is gone are not filled again. */
const bury = (services: Services, { secure_value }: KeyRow) =>
  writeRecords(services, [{ key: recordKey.caller(secure_value), version: 0, value: null }])

const NO_LIMITS = { scopedTeams: [], scopedOrganizations: [] }

/** The limits that are given; null: none. */
const limitsOf = ({ scoped_teams: teams, scoped_organizations: organizations }: z.infer<typeof keyBody>) => ({
  ...(teams !== undefined && { scopedTeams: teams ?? [] }),
  ...(organizations !== undefined && { scopedOrganizations: (organizations ?? []).map((id) => id.toLowerCase()) }),
})

const rightsOf = ({ scopes, scoped_teams, scoped_organizations }: KeyRow): Rights => ({
  scopes,
  scopedTeams: scoped_teams,
  scopedOrganizations: scoped_organizations,
})

function columnsOf<Given extends Partial<Rights>>({ scopes, scopedTeams, scopedOrganizations }: Given) {
  return {
    ...(scopes && { scopes: [...scopes] }),
    ...(scopedTeams && { scoped_teams: [...scopedTeams] }),
    ...(scopedOrganizations && { scoped_organizations: [...scopedOrganizations] }),
  } as { [Column in 'scopes' | 'scoped_teams' | 'scoped_organizations']: KeyRow[Column] }
}

function requireWithin(actor: KeyActor, { scopes, scopedTeams, scopedOrganizations }: Rights): void {
  const within = <T>(wanted: readonly T[], own: readonly T[]) =>
    own.length === 0 || (wanted.length > 0 && wanted.every((item) => own.includes(item)))
  if (
    !scopes.every((scope) => includesScope(actor.scopes, scope)) ||
    !within(scopedTeams, actor.scopedTeams) ||
    !within(scopedOrganizations, actor.scopedOrganizations)
  )
    throw permissionDenied('A key cannot create or change a key that may do more than itself.')
}

async function requireReachable(
  { services, actor }: Ctx<KeyActor>,
  { scopedTeams = [], scopedOrganizations = [] }: Partial<Rights>,
): Promise<void> {
  if (!scopedOrganizations.every(isUuid)) throw invalid('scoped_organizations', 'Invalid organization UUID')
  if (!scopedOrganizations.every((id) => actor.organizationIds.includes(id)))
    throw invalid('scoped_organizations', 'You must be a member of all organizations that you are scoping the key to.')
  const known = await findProjectIds(services.db, actor.organizationIds, scopedTeams)
  if (!scopedTeams.every((id) => known.includes(id)))
    throw invalid('scoped_teams', 'You must be a member of all projects that you are scoping the key to.')
}
