import * as z from 'zod'
import { reachableOrganizations, reachesProject, requireOrganization } from '../../../lib/access/authorize.ts'
import { requireAdmin } from '../../../lib/access/members.ts'
import { notFound, permissionDenied } from '../../../lib/core/errors.ts'
import { list, text } from '../../../lib/resources/fields.ts'
import { findReachable } from '../../../lib/resources/organizations.ts'
import { presentOrganization, presentProject, presentProjectBasic } from '../../../lib/resources/present-account.ts'
import { changeProject, createProject, type ProjectInput } from '../../../lib/resources/projects.ts'
import { findProjectRow, listProjects } from '../../../lib/store/projects.ts'
import { envelope, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { timezone, weekStartDay } from './fields.ts'

const ORGANIZATIONS = '/api/organizations'
const ORGANIZATION = `${ORGANIZATIONS}/:organization_id` as const
const OF_ORGANIZATION = `${ORGANIZATION}/projects` as const
const PROJECTS = '/api/projects'
const PROJECT = `${PROJECTS}/:project_id` as const

const settings = z.object({
  name: text(200, { blank: false }).optional(),
  timezone: timezone.optional(),
  week_start_day: weekStartDay.optional(),
  test_account_filters: list(z.record(z.string(), z.unknown()), 100).optional(),
})

type Input = RouteInput<unknown, unknown>
type SettingsInput = RouteInput<unknown, ProjectInput>

async function organizationList({ c, services, caller }: Input) {
  const { organizations } = await findReachable(services, caller)
  const page = readPage(c)
  const all = organizations.map((row) => presentOrganization(row, caller))
  return envelope(c, page, all.length, all.slice(page.offset, page.offset + page.limit))
}

async function organization({ services, caller, params }: Input) {
  const id = requireOrganization(caller, params.organization_id)
  const { organizations, projects } = await findReachable(services, caller, [id])
  const row = organizations[0]
  if (!row) throw notFound('Organization not found.')
  return presentOrganization(row, caller, projects)
}

async function projectList({ c, services, caller, params }: Input) {
  const ids = params.organization_id
    ? [requireOrganization(caller, params.organization_id)]
    : reachableOrganizations(caller)
  const rows = await listProjects(services.db, ids)
  const visible = rows.filter(({ id }) => reachesProject(caller, id))
  const page = readPage(c)
  const results = visible.slice(page.offset, page.offset + page.limit).map(presentProjectBasic)
  return envelope(c, page, visible.length, results)
}

async function create({ services, caller, params, body }: SettingsInput) {
  if (caller.scopedTeams.length > 0) throw permissionDenied('API keys with scoped projects cannot create projects.')
  const id = requireOrganization(caller, params.organization_id)
  requireAdmin(caller, id)
  return presentProject(await createProject(services, id, body), caller)
}

async function read({ services, caller, project }: Input) {
  const row = await findProjectRow(services.db, project.id)
  if (!row) throw notFound('Project not found.')
  return presentProject(row, caller)
}

const update = async ({ services, caller, project, body }: SettingsInput) =>
  presentProject(await changeProject(services, project, body), caller)

export const projectRoutes: Route[] = [
  route({
    method: 'get',
    path: ORGANIZATIONS,
    scope: 'organization:read',
    paged: true,
    summary: 'List the organizations that the key reaches',
    answer: 'OrganizationList',
    handler: organizationList,
  }),
  route({
    method: 'get',
    path: ORGANIZATION,
    scope: 'organization:read',
    summary: 'Read an organization',
    answer: 'Organization',
    handler: organization,
  }),
  route({
    method: 'get',
    path: OF_ORGANIZATION,
    scope: 'project:read',
    paged: true,
    summary: 'List the projects of an organization',
    answer: 'ProjectList',
    handler: projectList,
  }),
  route({
    method: 'post',
    path: OF_ORGANIZATION,
    scope: 'project:write',
    body: settings,
    status: 201,
    summary: 'Create a project',
    answer: 'Project',
    handler: create,
  }),
  route({
    method: 'get',
    path: PROJECTS,
    scope: 'project:read',
    paged: true,
    summary: 'List the projects that the key reaches',
    answer: 'ProjectList',
    handler: projectList,
  }),
  route({
    method: 'get',
    path: PROJECT,
    scope: 'project:read',
    summary: 'Read a project',
    answer: 'Project',
    handler: read,
  }),
  route({
    method: 'patch',
    path: PROJECT,
    scope: 'project:write',
    body: settings,
    summary: 'Change a project',
    answer: 'Project',
    handler: update,
  }),
]
