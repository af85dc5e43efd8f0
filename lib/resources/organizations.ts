import { reachableOrganizations, reachesProject } from '../access/authorize.ts'
import type { Caller } from '../access/caller.ts'
import type { Services } from '../services.ts'
import { findOrganizationsWithProjects } from '../store/organizations.ts'

/** The organizations and projects that the key may reach: of a key for some projects, those and what they belong to. */
export async function findReachable({ db }: Services, caller: Caller, ids = reachableOrganizations(caller)) {
  const found = await findOrganizationsWithProjects(db, ids)
  const projects = found.projects.filter(({ id }) => reachesProject(caller, id))
  const organizations = found.organizations.filter(
    ({ id }) => caller.scopedTeams.length === 0 || projects.some((project) => project.organization_id === id),
  )
  return { organizations, projects }
}
