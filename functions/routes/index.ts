/** The list of all routes. */
import type { Route } from '../route.ts'
import { actionRoutes } from './actions.ts'
import { captureRoutes } from './capture/events.ts'
import { captureV1Routes } from './capture/events-v1.ts'
import { flagRoutes } from './client-config/flags.ts'
import { remoteConfigRoutes } from './client-config/remote-config.ts'
import { cohortRoutes } from './cohorts.ts'
import { dashboardRoutes } from './dashboards/dashboards.ts'
import { dashboardSharingRoutes } from './dashboards/sharing.ts'
import { definitionRoutes } from './definitions.ts'
import { eventRoutes } from './events.ts'
import { groupRoutes } from './groups.ts'
import { healthRoutes } from './health.ts'
import { homeRoutes } from './home.ts'
import { insightVariableRoutes } from './insight-variables.ts'
import { accessControlRoutes } from './insights/access-controls.ts'
import { activityRoutes } from './insights/activity.ts'
import { cancelRoutes } from './insights/cancel.ts'
import { insightRoutes } from './insights/insights.ts'
import { legacyInsightRoutes } from './insights/legacy.ts'
import { pictureRoutes } from './insights/pictures.ts'
import { refreshHookRoutes } from './insights/refresh-hooks.ts'
import { sharingRoutes } from './insights/sharing.ts'
import { subscriberRoutes } from './insights/subscribers.ts'
import { viewedRoutes } from './insights/viewed.ts'
import { memberRoutes } from './organizations/members.ts'
import { organizationRoutes } from './organizations/organizations.ts'
import { roleRoutes } from './organizations/roles.ts'
import { keyRoutes } from './personal-api-keys.ts'
import { behindInsightRoutes } from './persons/counted-persons.ts'
import { personRoutes } from './persons/persons.ts'
import { projectRoutes } from './projects.ts'
import { cohortDeliveryRoutes } from './qstash/cohorts.ts'
import { runDeliveryRoutes } from './qstash/runs.ts'
import { turnDeliveryRoutes } from './qstash/turns.ts'
import { queryRoutes } from './query/query.ts'
import { schemaRoutes } from './schema.ts'
import { sharedRoutes } from './shared/shared.ts'
import { userRoutes } from './users.ts'
import { viewerSecretRoutes } from './viewer-secrets.ts'

export const routes: readonly Route[] = [
  ...captureRoutes,
  ...captureV1Routes,
  ...flagRoutes,
  ...remoteConfigRoutes,
  ...userRoutes,
  ...organizationRoutes,
  ...projectRoutes,
  ...viewerSecretRoutes,
  ...memberRoutes,
  ...roleRoutes,
  ...keyRoutes,
  ...definitionRoutes,
  ...eventRoutes,
  ...personRoutes,
  ...behindInsightRoutes,
  ...groupRoutes,
  ...cancelRoutes,
  ...legacyInsightRoutes,
  ...actionRoutes,
  ...cohortRoutes,
  ...insightVariableRoutes,
  ...viewedRoutes,
  ...activityRoutes,
  ...accessControlRoutes,
  ...dashboardRoutes,
  ...dashboardSharingRoutes,
  ...insightRoutes,
  ...pictureRoutes,
  ...sharingRoutes,
  ...sharedRoutes,
  ...refreshHookRoutes,
  ...subscriberRoutes,
  ...queryRoutes,
  ...runDeliveryRoutes,
  ...cohortDeliveryRoutes,
  ...turnDeliveryRoutes,
  ...schemaRoutes,
  ...healthRoutes,
  ...homeRoutes,
]
