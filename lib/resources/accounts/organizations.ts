/** The organizations of a user. */
import { reachableOrganizations, reachesProject, requireOrganization } from '../../access/authorize.ts'
import type { KeyActor } from '../../core/actor.ts'
import { notFound } from '../../core/errors.ts'
import { findOrganizationsWithProjects } from '../../store/organizations.ts'
import type { Ctx } from '../ctx.ts'
import { type Page, pageOf } from '../page.ts'
import { presentOrganization } from './present.ts'

/** An organization by its id, or `@current`. */
export interface OrganizationRef {
  readonly organization: string
}

/**
 * The organizations and projects that the key reaches. A key for some projects reaches those and their organizations.
 * `ids` are of organizations that the key reaches; all unless given.
 */
export async function findReachable(
  { services, actor }: Ctx<KeyActor>,
  ids: readonly string[] = reachableOrganizations(actor),
) {
  const found = await findOrganizationsWithProjects(services.db, ids)
  const projects = found.projects.filter(({ id }) => reachesProject(actor, id))
  const organizations = found.organizations.filter(
    ({ id }) => actor.scopedTeams.length === 0 || projects.some((project) => project.organization_id === id),
  )
  return { organizations, projects }
}

export async function listOrganizations(ctx: Ctx<KeyActor>, { page }: { readonly page: Page }) {
  const { organizations } = await findReachable(ctx)
  return pageOf(
    organizations.map((row) => presentOrganization(row, ctx.actor)),
    page,
  )
}

/** An organization as the API shows it. Throws 404 if the user is no member of it, 403 if the key does not reach it. */
export async function readOrganization(ctx: Ctx<KeyActor>, { organization }: OrganizationRef) {
  const id = requireOrganization(ctx.actor, organization)
  const { organizations, projects } = await findReachable(ctx, [id])
  const row = organizations[0]
  if (!row) throw notFound('Organization not found.')
  return presentOrganization(row, ctx.actor, projects)
}
