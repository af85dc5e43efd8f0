import * as z from 'zod'
import { notFound, permissionDenied } from '../../../lib/core/errors.ts'
import { createKey, presentKey, revokeKey } from '../../../lib/resources/keys.ts'
import { findKey, listKeys } from '../../../lib/store/keys.ts'
import { int32, list, nullable, text } from '../../fields.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/personal_api_keys'
const ITEM = `${ITEMS}/:id`
const SCOPE = /^(\*|[a-z_]+:(read|write))$/

const scope = text().transform((value, context) => {
  if (!SCOPE.test(value)) context.addIssue({ code: 'custom', message: `Invalid scope: ${value}` })
  return value
})

const keyBody = z.object({
  label: text(40, { blank: false }),
  scopes: list(scope),
  scoped_teams: nullable(list(int32)).optional(),
  scoped_organizations: nullable(list(text())).optional(),
})

type Input = RouteInput<unknown, unknown>

/** A key cannot make a key that may do more than itself. */
async function create({ services, caller, body }: RouteInput<unknown, z.infer<typeof keyBody>>) {
  const scopedTeams = body.scoped_teams ?? []
  const scopedOrganizations = body.scoped_organizations ?? []
  const allowed = (wanted: string) =>
    caller.scopes.includes('*') ||
    caller.scopes.includes(wanted) ||
    caller.scopes.includes(wanted.replace(/:read$/, ':write'))
  const within = <T>(wanted: readonly T[], own: readonly T[]) =>
    own.length === 0 || (wanted.length > 0 && wanted.every((item) => own.includes(item)))
  if (
    !body.scopes.every(allowed) ||
    !within(scopedTeams, caller.scopedTeams) ||
    !within(scopedOrganizations, caller.scopedOrganizations)
  )
    throw permissionDenied('A key cannot create a key that may do more than itself.')
  const { row, value } = await createKey(services, caller.userId, {
    label: body.label,
    scopes: body.scopes,
    scopedTeams,
    scopedOrganizations,
  })
  return presentKey(row, value)
}

const all = async ({ services, caller }: Input) =>
  (await listKeys(services.db, caller.userId)).map((row) => presentKey(row))

async function read({ services, caller, params }: Input) {
  const id = params.id === '@current' ? caller.keyId : (params.id ?? '')
  const row = await findKey(services.db, caller.userId, id)
  if (!row) throw notFound()
  return presentKey(row)
}

async function revoke({ c, services, caller, params }: Input) {
  await revokeKey(services, caller.userId, params.id === '@current' ? caller.keyId : (params.id ?? ''))
  return c.body(null, 204)
}

export const keyRoutes: Route[] = [
  route({ method: 'get', path: ITEMS, scope: 'personal_api_key:read', handler: all }),
  route({
    method: 'post',
    path: ITEMS,
    scope: 'personal_api_key:write',
    body: keyBody,
    status: 201,
    handler: create,
  }),
  // `@current` must work for every key: clients read their own scopes there
  route({
    method: 'get',
    path: `${ITEMS}/@current`,
    scope: 'any',
    handler: (input) => read({ ...input, params: { id: '@current' } }),
  }),
  route({ method: 'get', path: ITEM, scope: 'personal_api_key:read', handler: read }),
  route({ method: 'delete', path: ITEM, scope: 'personal_api_key:write', handler: revoke }),
]
