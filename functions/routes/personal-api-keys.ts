import {
  changeKey,
  createKey,
  keyBody,
  listKeys,
  newKeyBody,
  readKey,
  revokeKey,
  rollKey,
} from '../../lib/resources/accounts/keys.ts'
import { type Route, route } from '../route.ts'

const ITEMS = '/api/personal_api_keys'
const CURRENT = `${ITEMS}/@current` as const
const ITEM = `${ITEMS}/:id` as const
const READ = 'personal_api_key:read'
const WRITE = 'personal_api_key:write'

/** The id in the path; `@current`, the key of the request, if the path has none. */
const keyOf = ({ id = '@current' }: Readonly<Record<string, string>>) => ({ key: id })

/** The changes that a key may make to one of its user's keys. */
const changes = (path: typeof CURRENT | typeof ITEM): Route[] => [
  route({
    method: 'patch',
    path,
    scope: WRITE,
    body: keyBody,
    summary: 'Change a personal API key',
    answer: 'PersonalApiKey',
    handler: ({ ctx, params, body }) => changeKey(ctx, { ...keyOf(params), ...body }),
  }),
  route({
    method: 'put',
    path,
    scope: WRITE,
    body: newKeyBody,
    summary: 'Replace the settings of a personal API key',
    answer: 'PersonalApiKey',
    handler: ({ ctx, params, body }) => changeKey(ctx, { ...keyOf(params), ...body }),
  }),
  route({
    method: 'delete',
    path,
    scope: WRITE,
    summary: 'Revoke a personal API key',
    answer: null,
    handler: ({ ctx, params }) => revokeKey(ctx, keyOf(params)),
  }),
]

export const keyRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: READ,
    summary: 'List the personal API keys of the user',
    answer: 'PersonalApiKeyList',
    handler: ({ ctx }) => listKeys(ctx),
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: WRITE,
    body: newKeyBody,
    status: 201,
    summary: 'Create a personal API key',
    answer: 'PersonalApiKey',
    handler: ({ ctx, body }) => createKey(ctx, body),
  }),
  // open to keys with any scopes: clients read their own scopes here
  route({
    method: 'get',
    path: CURRENT,
    scope: 'any',
    summary: 'Read the key of this request',
    answer: 'PersonalApiKey',
    handler: ({ ctx, params }) => readKey(ctx, keyOf(params)),
  }),
  ...changes(CURRENT),
  route({
    method: 'get',
    path: ITEM,
    scope: READ,
    summary: 'Read a personal API key',
    answer: 'PersonalApiKey',
    handler: ({ ctx, params }) => readKey(ctx, keyOf(params)),
  }),
  ...changes(ITEM),
  route({
    method: 'post',
    path: `${ITEM}/roll`,
    scope: WRITE,
    summary: 'Give a personal API key a new value',
    answer: 'PersonalApiKey',
    handler: ({ ctx, params }) => rollKey(ctx, keyOf(params)),
  }),
]
