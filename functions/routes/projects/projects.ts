import * as z from 'zod'
import { requireOrganizationScope } from '../../../lib/access/authorize.ts'
import type { Caller } from '../../../lib/access/caller.ts'
import { notFound, permissionDenied } from '../../../lib/core/errors.ts'
import { presentOrganization, presentProject, presentProjectBasic } from '../../../lib/resources/present-account.ts'
import { changeProject, createProject, type ProjectInput } from '../../../lib/resources/projects.ts'
import { findOrganizationsWithProjects } from '../../../lib/store/organizations.ts'
import { findProjectRow, listProjects } from '../../../lib/store/projects.ts'
import { list, text } from '../../fields.ts'
import { envelope, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { timezone, weekStartDay } from './fields.ts'

const ORGANIZATIONS = '/api/organizations'
const ORGANIZATION = `${ORGANIZATIONS}/:organization_id`
const OF_ORGANIZATION = `${ORGANIZATION}/projects`
const PROJECTS = '/api/projects'
const PROJECT = `${PROJECTS}/:project_id`

const settings = z.object({
  name: text(200, { blank: false }).optional(),
  timezone: timezone.optional(),
  week_start_day: weekStartDay.optional(),
  test_account_filters: list(z.record(z.string(), z.unknown())).optional(),
})

type Input = RouteInput<unknown, unknown>
type SettingsInput = RouteInput<unknown, ProjectInput>

/** Throws 404 for an organization that is not there, 403 for one the caller is no member of. */
function organizationOf(caller: Caller, ref: string | undefined): string {
  const id = ref === '@current' ? (caller.currentOrganizationId ?? undefined) : ref?.toLowerCase()
  if (!id || !caller.organizationIds.includes(id)) throw notFound('Organization not found.')
  requireOrganizationScope(caller, id)
  return id
}

/** The organizations that the key may reach. */
const reachable = ({ organizationIds, scopedOrganizations }: Caller) =>
  organizationIds.filter((id) => scopedOrganizations.length === 0 || scopedOrganizations.includes(id))

async function organizationList({ c, services, caller }: Input) {
  const found = await findOrganizationsWithProjects(services.db, reachable(caller))
  const results = found.organizations.map((row) => presentOrganization(row))
  return envelope(c, readPage(c), results.length, results)
}

async function organization({ services, caller, params }: Input) {
  const id = organizationOf(caller, params.organization_id)
  const found = await findOrganizationsWithProjects(services.db, [id])
  const row = found.organizations[0]
  if (!row) throw notFound('Organization not found.')
  return presentOrganization(row, found.projects)
}

async function projectList({ c, services, caller, params }: Input) {
  const ids = params.organization_id ? [organizationOf(caller, params.organization_id)] : reachable(caller)
  const rows = await listProjects(services.db, ids)
  const visible = rows.filter(({ id }) => caller.scopedTeams.length === 0 || caller.scopedTeams.includes(id))
  const page = readPage(c)
  const results = visible.slice(page.offset, page.offset + page.limit).map(presentProjectBasic)
  return envelope(c, page, visible.length, results)
}

async function create({ services, caller, params, body }: SettingsInput) {
  if (caller.scopedTeams.length > 0) throw permissionDenied('API keys with scoped projects cannot create projects.')
  const id = organizationOf(caller, params.organization_id)
  return presentProject(await createProject(services, id, body))
}

async function read({ services, project }: Input) {
  const row = await findProjectRow(services.db, project.id)
  if (!row) throw notFound('Project not found.')
  return presentProject(row)
}

const update = async ({ services, project, body }: SettingsInput) =>
  presentProject(await changeProject(services, project, body))

export const projectRoutes: Route[] = [
  route({ method: 'get', path: ORGANIZATIONS, scope: 'organization:read', handler: organizationList }),
  route({ method: 'get', path: ORGANIZATION, scope: 'organization:read', handler: organization }),
  route({ method: 'get', path: OF_ORGANIZATION, scope: 'project:read', handler: projectList }),
  route({
    method: 'post',
    path: OF_ORGANIZATION,
    scope: 'project:write',
    body: settings,
    status: 201,
    handler: create,
  }),
  route({ method: 'get', path: PROJECTS, scope: 'project:read', handler: projectList }),
  route({ method: 'get', path: PROJECT, scope: 'project:read', handler: read }),
  route({ method: 'patch', path: PROJECT, scope: 'project:write', body: settings, handler: update }),
]
