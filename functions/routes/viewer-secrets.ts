import type * as z from 'zod/mini'
import {
  createSecret,
  labelSecret,
  listSecrets,
  readSecret,
  revokeSecret,
  rollSecret,
  viewerSecretBody,
} from '../../lib/resources/viewers/secrets.ts'
import { type Route, type RouteInput, route } from '../route.ts'

const ITEMS = '/api/projects/:project_id/viewer_secrets'
const ITEM = `${ITEMS}/:secret_id` as const
const READ = 'project:read'
const WRITE = 'project:write'

type Input = RouteInput<unknown, z.infer<typeof viewerSecretBody>>

export const viewerSecretRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: READ,
    summary: 'List the secrets that tokens of viewers are signed with',
    answer: 'ViewerSecretList',
    handler: async ({ ctx }) => ({ results: await listSecrets(ctx) }),
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: WRITE,
    body: viewerSecretBody,
    status: 201,
    summary: 'Create a secret that tokens of viewers are signed with',
    answer: 'NewViewerSecret',
    handler: ({ ctx, body }: Input) => createSecret(ctx, body),
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: READ,
    summary: 'Read a viewer secret, without its text',
    answer: 'ViewerSecret',
    handler: ({ ctx, params }) => readSecret(ctx, params.secret_id ?? ''),
  }),
  route({
    method: 'patch',
    path: ITEM,
    scope: WRITE,
    body: viewerSecretBody,
    summary: 'Label a viewer secret',
    answer: 'ViewerSecret',
    handler: ({ ctx, params, body }: Input) => labelSecret(ctx, params.secret_id ?? '', body),
  }),
  route({
    method: 'delete',
    path: ITEM,
    scope: WRITE,
    summary: 'Revoke a viewer secret',
    answer: null,
    handler: ({ ctx, params }) => revokeSecret(ctx, params.secret_id ?? ''),
  }),
  route({
    method: 'post',
    path: `${ITEM}/roll`,
    scope: WRITE,
    summary: 'Give a viewer secret another text',
    answer: 'NewViewerSecret',
    handler: ({ ctx, params }) => rollSecret(ctx, params.secret_id ?? ''),
  }),
]
