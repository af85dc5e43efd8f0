import type * as z from 'zod/mini'
import { SIGNATURE_HEADER } from '../../../lib/core/signature.ts'
import { hookCallBody } from '../../../lib/resources/insights/hook-body.ts'
import {
  callRefreshHook,
  createRefreshHook,
  HOOK_PATH,
  refreshHookBody,
  revokeRefreshHook,
  rollHook,
  showRefreshHooks,
} from '../../../lib/resources/insights/refresh-hooks.ts'
import { presentStatus } from '../../../lib/resources/queries/present-query.ts'
import { readBytes, UNKNOWN_LIMIT } from '../../body.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'

/** Those of an insight are made by who may edit it, those of a project by who may change it. */
const OWNERS = [
  { items: '/api/projects/:project_id/insights/:id/refresh_hooks', object: 'insight', whose: 'an insight' },
  { items: '/api/projects/:project_id/refresh_hooks', object: 'project', whose: 'a project' },
] as const

const refOf = ({ params }: Pick<RouteInput, 'params'>) => params.id ?? null

const create = ({ ctx, params, body }: RouteInput<unknown, z.infer<typeof refreshHookBody>>) =>
  createRefreshHook(ctx, { ref: refOf({ params }), body })

const list = async (input: RouteInput) => ({ results: await showRefreshHooks(input.ctx, { ref: refOf(input) }) })

const roll = (input: RouteInput) => rollHook(input.ctx, { ref: refOf(input), id: input.params.hook_id ?? '' })

async function revoke(input: RouteInput) {
  await revokeRefreshHook(input.ctx, { ref: refOf(input), id: input.params.hook_id ?? '' })
  return input.c.body(null, 204)
}

/**
 * The secret in the URL authorises the call, with a signature if the hook is signed.
 */
async function call({ c, ctx, params }: RouteInput<unknown, unknown, PublicCtx>) {
  const body = await readBytes(c, UNKNOWN_LIMIT)
  const signature = c.req.header(SIGNATURE_HEADER)
  const { projectId, of, statuses } = await callRefreshHook(ctx, { token: params.token ?? '', signature, body })
  const presented = statuses.map((status) => presentStatus(projectId, status))
  return c.json(of === 'insight' ? { query_status: presented[0] } : { query_statuses: presented }, 202)
}

export const refreshHookRoutes: Route[] = [
  ...OWNERS.flatMap(({ items, object, whose }) => [
    route({
      method: 'post',
      path: items,
      scope: `${object}:write`,
      body: refreshHookBody,
      status: 201,
      summary: `Create a refresh hook of ${whose}`,
      answer: 'NewRefreshHook',
      handler: create,
    }),
    route({
      method: 'get',
      path: items,
      scope: `${object}:read`,
      summary: `List the refresh hooks of ${whose}`,
      answer: 'RefreshHookList',
      handler: list,
    }),
    route({
      method: 'post',
      path: `${items}/:hook_id/roll`,
      scope: `${object}:write`,
      summary: `Give a refresh hook of ${whose} another URL`,
      answer: 'NewRefreshHook',
      handler: roll,
    }),
    route({
      method: 'delete',
      path: `${items}/:hook_id`,
      scope: `${object}:write`,
      summary: `Revoke a refresh hook of ${whose}`,
      answer: null,
      handler: revoke,
    }),
  ]),
  route({
    method: 'post',
    path: `${HOOK_PATH}/:token`,
    scope: 'public',
    rawBody: true,
    body: hookCallBody,
    computes: true,
    status: 202,
    summary: 'Call a refresh hook: refresh its insight, or what the body names, in the background',
    answer: 'HookCalled',
    handler: call,
  }),
]
