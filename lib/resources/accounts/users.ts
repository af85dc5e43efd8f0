import { levelIn } from '../../access/members.ts'
import type { KeyActor } from '../../core/actor.ts'
import type { Ctx } from '../ctx.ts'
import { findReachable } from './organizations.ts'
import { presentOrganization, presentProjectBasic } from './present.ts'

/** The user behind the key, with the current project as `team`. */
export async function readCurrentUser(ctx: Ctx<KeyActor>) {
  const { actor } = ctx
  const { organizations, projects } = await findReachable(ctx)
  const organization = organizations.find(({ id }) => id === actor.currentOrganizationId) ?? organizations[0]
  const own = projects.filter((row) => row.organization_id === organization?.id)
  const project = own.find(({ id }) => id === actor.currentProjectId) ?? own[0] ?? projects[0]
  return {
    ...actor.user,
    date_joined: null,
    is_staff: false,
    is_impersonated: false,
    has_password: false,
    theme_mode: null,
    team: project ? presentProjectBasic(project) : null,
    organization: organization ? presentOrganization(organization, actor, own) : null,
    organizations: organizations.map(({ id, name, slug }) => ({
      id,
      name,
      slug,
      logo_media_id: null,
      membership_level: levelIn(actor, id),
    })),
    scope_teams: actor.scopedTeams,
  }
}
