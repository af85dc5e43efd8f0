import { projectSettings } from '../../lib/resources/accounts/project-settings.ts'
import { changeProject, createProject, listProjects, readProject } from '../../lib/resources/accounts/projects.ts'
import { listed } from '../paging.ts'
import { type Route, route } from '../route.ts'

const OF_ORGANIZATION = '/api/organizations/:organization_id/projects'
const ITEMS = '/api/projects'
const ITEM = `${ITEMS}/:project_id` as const

export const projectRoutes: Route[] = [
  route({
    method: 'get',
    path: OF_ORGANIZATION,
    scope: 'project:read',
    paged: true,
    summary: 'List the projects of an organization',
    answer: 'ProjectList',
    handler: ({ c, ctx, params }) =>
      listed(c, (page) => listProjects(ctx, { organization: params.organization_id ?? '', page })),
  }),
  route({
    method: 'post',
    path: OF_ORGANIZATION,
    scope: 'project:write',
    body: projectSettings,
    status: 201,
    summary: 'Create a project',
    answer: 'Project',
    handler: ({ ctx, params, body }) => createProject(ctx, { organization: params.organization_id ?? '', ...body }),
  }),
  route({
    method: 'get',
    path: ITEMS,
    scope: 'project:read',
    paged: true,
    summary: 'List the projects that the key reaches',
    answer: 'ProjectList',
    handler: ({ c, ctx }) => listed(c, (page) => listProjects(ctx, { page })),
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: 'project:write',
    body: projectSettings,
    status: 201,
    summary: 'Create a project in the current organization; the answer has the token for its events',
    answer: 'Project',
    handler: ({ ctx, body }) => createProject(ctx, { organization: '@current', ...body }),
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'project:read',
    summary: 'Read a project',
    answer: 'Project',
    handler: ({ ctx }) => readProject(ctx),
  }),
  route({
    method: 'patch',
    path: ITEM,
    scope: 'project:write',
    body: projectSettings,
    summary: 'Change a project',
    answer: 'Project',
    handler: ({ ctx, body }) => changeProject(ctx, body),
  }),
]
