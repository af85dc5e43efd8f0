import { notFound, permissionDenied } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import type { Caller } from './caller.ts'
import { includesScope } from './scopes.ts'

/** Throws 403 unless the key has the scope; `x:write` includes `x:read`, `*` everything (docs/insights.md 3). */
export function requireScope(caller: Caller, scope: string): void {
  if (!includesScope(caller.scopes, scope)) throw permissionDenied(`API key missing required scope '${scope}'`)
}

/** Throws 404 for a project that is not there, 403 for one that the caller or the key may not reach. */
export function requireProject(caller: Caller, project: Project | undefined): Project {
  if (!project) throw notFound('Project not found.')
  if (!caller.organizationIds.includes(project.organizationId))
    throw permissionDenied("You don't have access to the project.")
  if (caller.scopedTeams.length > 0 && !caller.scopedTeams.includes(project.id))
    throw permissionDenied(`API key does not have access to the requested project: ID ${project.id}.`)
  requireOrganizationScope(caller, project.organizationId)
  return project
}

/** Throws 403 when the key is for other organizations only. */
export function requireOrganizationScope(caller: Caller, organizationId: string): void {
  if (caller.scopedOrganizations.length > 0 && !caller.scopedOrganizations.includes(organizationId))
    throw permissionDenied(`API key does not have access to the requested organization: ID ${organizationId}.`)
}

/** The id of an organization by its id or `@current`. Throws 404 for one that the caller is no member of, else 403. */
export function requireOrganization(caller: Caller, ref: string | undefined): string {
  const id = ref === '@current' ? (caller.currentOrganizationId ?? undefined) : ref?.toLowerCase()
  if (!id || !caller.organizationIds.includes(id)) throw notFound('Organization not found.')
  requireOrganizationScope(caller, id)
  return id
}

/** Throws 403 for a key that is for some projects only: what it changes would concern the others too. */
export function requireUnscopedProjects(caller: Caller): void {
  if (caller.scopedTeams.length > 0)
    throw permissionDenied('API keys with scoped projects are only supported on project-based endpoints.')
}

/** The organizations that the key may reach. */
export const reachableOrganizations = ({ organizationIds, scopedOrganizations }: Caller): readonly string[] =>
  organizationIds.filter((id) => scopedOrganizations.length === 0 || scopedOrganizations.includes(id))

/** Whether the key may reach a project of an organization it may reach. */
export const reachesProject = ({ scopedTeams }: Caller, projectId: number): boolean =>
  scopedTeams.length === 0 || scopedTeams.includes(projectId)
