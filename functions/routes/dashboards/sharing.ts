import {
  changeDashboardSharing,
  readDashboardSharing,
  refreshDashboardSharing,
} from '../../../lib/resources/sharing/dashboard-link.ts'
import { type SharingBody, sharingBody } from '../../../lib/resources/sharing/settings.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const PATH = '/api/projects/:project_id/dashboards/:id/sharing'

const read = ({ ctx, params }: RouteInput) => readDashboardSharing(ctx, params.id ?? '')

const change = ({ ctx, params, body }: RouteInput<unknown, SharingBody>) =>
  changeDashboardSharing(ctx, params.id ?? '', body)

const refresh = ({ ctx, params }: RouteInput) => refreshDashboardSharing(ctx, params.id ?? '')

export const dashboardSharingRoutes: Route[] = [
  route({
    method: 'get',
    path: PATH,
    scope: 'sharing_configuration:read',
    summary: 'Read the sharing link of a dashboard',
    answer: 'Sharing',
    handler: read,
  }),
  route({
    method: 'patch',
    path: PATH,
    scope: 'sharing_configuration:write',
    body: sharingBody,
    summary: 'Turn the sharing link of a dashboard on or off, and set it',
    answer: 'Sharing',
    handler: change,
  }),
  route({
    method: 'post',
    path: `${PATH}/refresh`,
    scope: 'sharing_configuration:write',
    summary: 'Replace the token of the sharing link of a dashboard',
    answer: 'Sharing',
    handler: refresh,
  }),
]
