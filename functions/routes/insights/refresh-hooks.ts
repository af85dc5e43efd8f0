import * as z from 'zod'
import { SIGNATURE_HEADER } from '../../../lib/core/signature.ts'
import { bool, text } from '../../../lib/resources/fields.ts'
import {
  callRefreshHook,
  createRefreshHook,
  HOOK_PATH,
  revokeRefreshHook,
  showRefreshHooks,
} from '../../../lib/resources/insights/refresh-hooks.ts'
import { presentStatus } from '../../../lib/resources/queries/present.ts'
import { readBytes, UNKNOWN_LIMIT } from '../../body.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights/:id/refresh_hooks'

const hookBody = z.object({ label: text(200).optional(), signed: bool.optional() })
type Input = RouteInput<unknown, unknown>

const create = ({ services, project, caller, params, body }: RouteInput<unknown, z.infer<typeof hookBody>>) =>
  createRefreshHook(services, project, caller, params.id ?? '', body)

const list = async ({ services, project, caller, params }: Input) => ({
  results: await showRefreshHooks(services, project, caller, params.id ?? ''),
})

async function revoke({ c, services, project, caller, params }: Input) {
  await revokeRefreshHook(services, project, caller, params.id ?? '', params.hook_id ?? '')
  return c.body(null, 204)
}

/** No credentials but the URL itself, and the signature of a signed hook: what a pipeline sends is only signed. */
async function call({ c, services, params }: Input) {
  const body = await readBytes(c, UNKNOWN_LIMIT)
  const signature = c.req.header(SIGNATURE_HEADER)
  const { projectId, status } = await callRefreshHook(services, { token: params.token ?? '', signature, body })
  return c.json({ query_status: presentStatus(projectId, status) }, 202)
}

export const refreshHookRoutes: Route[] = [
  route({
    method: 'post',
    path: ITEMS,
    scope: 'insight:write',
    body: hookBody,
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
