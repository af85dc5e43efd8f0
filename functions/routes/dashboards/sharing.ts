import {
  changeDashboardSharing,
  readDashboardSharing,
  refreshDashboardSharing,
} from '../../../lib/resources/sharing/dashboard-link.ts'
import { sharingRoutesOf } from '../sharing.ts'

export const dashboardSharingRoutes = sharingRoutesOf('/api/projects/:project_id/dashboards/:id', 'a dashboard', {
  read: ({ ctx, params }) => readDashboardSharing(ctx, params.id ?? ''),
  change: ({ ctx, params, body }) => changeDashboardSharing(ctx, params.id ?? '', body),
  refresh: ({ ctx, params }) => refreshDashboardSharing(ctx, params.id ?? ''),
})
