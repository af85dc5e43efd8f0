import * as z from 'zod'
import { isScope } from '../../../lib/access/scopes.ts'
import { int32, list, nullable, text } from '../../../lib/resources/fields.ts'
import { changeKey, createKey, presentKey, readKey, revokeKey, rollKeyOf } from '../../../lib/resources/keys.ts'
import { listKeys } from '../../../lib/store/keys.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/personal_api_keys'
const CURRENT = `${ITEMS}/@current` as const
const ITEM = `${ITEMS}/:id` as const

const MAX_LIST = 200

const label = text(40, { blank: false })
/** The first word that is no scope is named: clients show the text. */
const scopes = list(text(), MAX_LIST).transform((words, context) => {
  const wrong = words.find((word) => !isScope(word))
  if (wrong !== undefined) context.addIssue({ code: 'custom', message: `Invalid scope: ${wrong.slice(0, 100)}` })
  return words
})
const scoped = {
  scoped_teams: nullable(list(int32, MAX_LIST)).optional(),
  scoped_organizations: nullable(list(text(), MAX_LIST)).optional(),
}
const createBody = z.object({ label, scopes, ...scoped })
const changeBody = z.object({ label: label.optional(), scopes: scopes.optional(), ...scoped })

type Input = RouteInput<unknown, unknown>

const lowerCase = (ids: readonly string[]) => ids.map((id) => id.toLowerCase())

async function create({ services, caller, body }: RouteInput<unknown, z.infer<typeof createBody>>) {
  const { row, value } = await createKey(services, caller, {
    label: body.label,
    scopes: body.scopes,
    scopedTeams: body.scoped_teams ?? [],
    scopedOrganizations: lowerCase(body.scoped_organizations ?? []),
  })
  return presentKey(row, value)
}

const all = async ({ services, caller }: Input) =>
  (await listKeys(services.db, caller.userId)).map((row) => presentKey(row))

const read = async ({ services, caller, params }: Input) => presentKey(await readKey(services, caller, params.id ?? ''))

/** `null` means all, as it does when a key is made. */
async function update({ services, caller, params, body }: RouteInput<unknown, z.infer<typeof changeBody>>) {
  const { scoped_teams: teams, scoped_organizations: organizations } = body
  const row = await changeKey(services, caller, params.id ?? '', {
    label: body.label,
    scopes: body.scopes,
    scopedTeams: teams === null ? [] : teams,
    scopedOrganizations: organizations === null ? [] : organizations && lowerCase(organizations),
  })
  return presentKey(row)
}

async function roll({ services, caller, params }: Input) {
  const { row, value } = await rollKeyOf(services, caller, params.id ?? '')
  return presentKey(row, value)
}

async function revoke({ c, services, caller, params }: Input) {
  await revokeKey(services, caller, params.id ?? '')
  return c.body(null, 204)
}

type Handler<Body> = (input: RouteInput<unknown, Body>) => unknown
type Wrap = <Body>(handler: Handler<Body>) => Handler<Body>

/** The path has no `:id` there. */
const withCurrent: Wrap = (handler) => (input) => handler({ ...input, params: { id: '@current' } })
const withId: Wrap = (handler) => handler

const READ = 'personal_api_key:read'
const WRITE = 'personal_api_key:write'

/** What a key may do with one of its user's keys. */
const changes = (path: string, of: Wrap): Route[] => [
  route({
    method: 'patch',
    path,
    scope: WRITE,
    body: changeBody,
    summary: 'Change a personal API key',
    answer: 'PersonalApiKey',
    handler: of(update),
  }),
  route({
    method: 'put',
    path,
    scope: WRITE,
    body: createBody,
    summary: 'Replace the settings of a personal API key',
    answer: 'PersonalApiKey',
    handler: of(update),
  }),
  route({
    method: 'delete',
    path,
    scope: WRITE,
    summary: 'Revoke a personal API key',
    answer: null,
    handler: of(revoke),
  }),
]

export const keyRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: READ,
    summary: 'List the personal API keys of the user',
    answer: 'PersonalApiKeyList',
    handler: all,
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: WRITE,
    body: createBody,
    status: 201,
    summary: 'Create a personal API key',
    answer: 'PersonalApiKey',
    handler: create,
  }),
  // must work for every key: clients read their own scopes there
  route({
    method: 'get',
    path: CURRENT,
    scope: 'any',
    summary: 'Read the key of this request',
    answer: 'PersonalApiKey',
    handler: withCurrent(read),
  }),
  ...changes(CURRENT, withCurrent),
  route({
    method: 'get',
    path: ITEM,
    scope: READ,
    summary: 'Read a personal API key',
    answer: 'PersonalApiKey',
    handler: read,
  }),
  ...changes(ITEM, withId),
  route({
    method: 'post',
    path: `${ITEM}/roll`,
    scope: WRITE,
    summary: 'Give a personal API key a new value',
    answer: 'PersonalApiKey',
    handler: roll,
  }),
]
