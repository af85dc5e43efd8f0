import type * as z from 'zod/mini'
import {
  accessControlBody,
  setAccessControl,
  showAccessControls,
} from '../../../lib/resources/insights/access-controls.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const PATH = '/api/projects/:project_id/insights/:id/access_controls'

const list = ({ ctx, params }: RouteInput) => showAccessControls(ctx, { ref: params.id ?? '' })

async function put({ c, ctx, params, body }: RouteInput<unknown, z.infer<typeof accessControlBody>>) {
  const rule = await setAccessControl(ctx, { ref: params.id ?? '', body })
  return rule ?? c.body(null, 204)
}

export const accessControlRoutes: Route[] = [
  route({
    method: 'get',
    path: PATH,
    scope: 'access_control:read',
    summary: 'List who may see and change an insight',
    answer: 'AccessControls',
    handler: list,
  }),
  route({
    method: 'put',
    path: PATH,
    scope: 'access_control:write',
    body: accessControlBody,
    summary: 'Create, change or remove an access rule of an insight',
    answer: { 200: 'AccessControl', 204: null },
    handler: put,
  }),
]
