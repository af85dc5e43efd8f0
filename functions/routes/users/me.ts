import { levelIn } from '../../../lib/access/members.ts'
import { findReachable } from '../../../lib/resources/organizations.ts'
import { presentOrganization, presentProjectBasic } from '../../../lib/resources/present-account.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

/** The user behind the key, with the current project as `team`. */
async function me({ services, caller }: RouteInput<unknown, unknown>) {
  const { organizations, projects } = await findReachable(services, caller)
  const organization = organizations.find(({ id }) => id === caller.currentOrganizationId) ?? organizations[0]
  const own = projects.filter((row) => row.organization_id === organization?.id)
  const project = own.find(({ id }) => id === caller.currentProjectId) ?? own[0] ?? projects[0]
  return {
    ...caller.user,
    date_joined: null,
    is_staff: false,
    is_impersonated: false,
    has_password: false,
    theme_mode: null,
    team: project ? presentProjectBasic(project) : null,
    organization: organization ? presentOrganization(organization, caller, own) : null,
    organizations: organizations.map(({ id, name, slug }) => ({
      id,
      name,
      slug,
      logo_media_id: null,
      membership_level: levelIn(caller, id),
    })),
    scope_teams: caller.scopedTeams,
  }
}

export const userRoutes: Route[] = [
  route({
    method: 'get',
    path: '/api/users/@me',
    scope: 'any',
    summary: 'Read the user behind the key',
    answer: 'CurrentUser',
    handler: me,
  }),
]
