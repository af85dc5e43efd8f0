import type { KeyActor } from '../core/actor.ts'
import { notFound, permissionDenied } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import { includesScope } from './scopes.ts'

/** Throws 403 unless the key has the scope; `x:write` includes `x:read`, `*` everything (docs/insights.md 3). */
export function requireScope(caller: KeyActor, scope: string): void {
  if (!includesScope(caller.scopes, scope)) throw permissionDenied(`API key missing required scope '${scope}'`)
}

const LISTED = 'GET /api/projects/ lists yours.'

/** 404: there is no project of this id, as the path has it. */
export function projectNotFound(id: string) {
  const detail = 'Project not found.'
  if (id.startsWith('phc_')) return notFound(`${detail} This is a project token; the path takes the project's number.`)
  return notFound(/^[a-z_-]+$/i.test(id) ? detail : `${detail} ${LISTED}`)
}

/** Returns the project. Throws 404 if there is none, 403 if the user or the key may not reach it. `id`: as the path has it. */
export function requireProject(caller: KeyActor, project: Project | undefined, id: string): Project {
  if (!project) throw projectNotFound(id)
  if (!caller.organizationIds.includes(project.organizationId))
    throw permissionDenied(`You don't have access to the project. ${LISTED}`)
  if (caller.scopedTeams.length > 0 && !caller.scopedTeams.includes(project.id))
    throw permissionDenied(`API key does not have access to the requested project: ID ${project.id}.`)
  requireOrganizationScope(caller, project.organizationId)
  return project
}

/** Throws 403 if the key is bound to other organizations. */
function requireOrganizationScope(caller: KeyActor, organizationId: string): void {
  if (caller.scopedOrganizations.length > 0 && !caller.scopedOrganizations.includes(organizationId))
    throw permissionDenied(`API key does not have access to the requested organization: ID ${organizationId}.`)
}

/**
 * The id of an organization by its id or `@current`. Throws 404 if the user is no member of it, 403 if the key is bound to
 * other organizations.
 */
export function requireOrganization(caller: KeyActor, ref: string | undefined): string {
  const id = ref === '@current' ? (caller.currentOrganizationId ?? undefined) : ref?.toLowerCase()
  if (!id || !caller.organizationIds.includes(id)) throw notFound('Organization not found.')
  requireOrganizationScope(caller, id)
  return id
}

/** Throws 403 if the key is bound to projects: a change of the organization would reach the others too. */
export function requireUnscopedProjects(caller: KeyActor): void {
  if (caller.scopedTeams.length > 0)
    throw permissionDenied('API keys with scoped projects are only supported on project-based endpoints.')
}

/** The organizations that the key may reach. */
export const reachableOrganizations = ({ organizationIds, scopedOrganizations }: KeyActor): readonly string[] =>
  organizationIds.filter((id) => scopedOrganizations.length === 0 || scopedOrganizations.includes(id))

/** Whether the key may reach a project of an organization it may reach. */
export const reachesProject = ({ scopedTeams }: KeyActor, projectId: number): boolean =>
  scopedTeams.length === 0 || scopedTeams.includes(projectId)
