import { notFound, permissionDenied } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import type { Caller } from './caller.ts'

/** Throws 403 unless the key has the scope; `x:write` includes `x:read`, `*` everything (contract/insights.md 3). */
export function requireScope(caller: Caller, scope: string): void {
  if (caller.scopes.includes('*') || caller.scopes.includes(scope)) return
  if (scope.endsWith(':read') && caller.scopes.includes(scope.replace(/:read$/, ':write'))) return
  throw permissionDenied(`API key missing required scope '${scope}'`)
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
