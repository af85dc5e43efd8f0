import type * as z from 'zod/mini'
import { SIGNATURE_HEADER } from '../../../lib/core/signature.ts'
import {
  callRefreshHook,
  createRefreshHook,
  HOOK_PATH,
  refreshHookBody,
  revokeRefreshHook,
  showRefreshHooks,
} from '../../../lib/resources/insights/refresh-hooks.ts'
import { presentStatus } from '../../../lib/resources/queries/present-query.ts'
import { readBytes, UNKNOWN_LIMIT } from '../../body.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights/:id/refresh_hooks'

const create = ({ ctx, params, body }: RouteInput<unknown, z.infer<typeof refreshHookBody>>) =>
  createRefreshHook(ctx, { ref: params.id ?? '', body })

const list = async ({ ctx, params }: RouteInput) => ({ results: await showRefreshHooks(ctx, { ref: params.id ?? '' }) })

async function revoke({ c, ctx, params }: RouteInput) {
  await revokeRefreshHook(ctx, { ref: params.id ?? '', id: params.hook_id ?? '' })
  return c.body(null, 204)
}

/**
 * The secret in the URL authorises the call, with a signature if the hook is signed. The body is used only for the
 * signature.
 */
async function call({ c, ctx, params }: RouteInput<unknown, unknown, PublicCtx>) {
  const body = await readBytes(c, UNKNOWN_LIMIT)
  const signature = c.req.header(SIGNATURE_HEADER)
  const { projectId, status } = await callRefreshHook(ctx, { token: params.token ?? '', signature, body })
  return c.json({ query_status: presentStatus(projectId, status) }, 202)
}

export const refreshHookRoutes: Route[] = [
  route({
    method: 'post',
    path: ITEMS,
    scope: 'insight:write',
    body: refreshHookBody,
    status: 201,
    summary: 'Create a refresh hook of an insight',
    answer: 'NewRefreshHook',
    handler: create,
  }),
  route({
    method: 'get',
    path: ITEMS,
    scope: 'insight:read',
    summary: 'List the refresh hooks of an insight',
    answer: 'RefreshHookList',
    handler: list,
  }),
  route({
    method: 'delete',
    path: `${ITEMS}/:hook_id`,
    scope: 'insight:write',
    summary: 'Revoke a refresh hook',
    answer: null,
    handler: revoke,
  }),
  route({
    method: 'post',
    path: `${HOOK_PATH}/:token`,
    scope: 'public',
    rawBody: true,
    computes: true,
    status: 202,
    summary: 'Call a refresh hook: refresh its insight in the background',
    answer: 'QueryRun',
    handler: call,
  }),
]
