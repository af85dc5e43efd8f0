import {
  addRoleMember,
  createRole,
  listRoleMembers,
  listRoles,
  newRoleBody,
  readRole,
  readRoleMember,
  removeRole,
  removeRoleMember,
  renameRole,
  roleBody,
  roleMemberBody,
} from '../../../lib/resources/accounts/roles.ts'
import { listed } from '../../paging.ts'
import { type Route, route } from '../../route.ts'

const ITEMS = '/api/organizations/:organization_id/roles'
const ITEM = `${ITEMS}/:role_id` as const
const MEMBERS = `${ITEM}/role_memberships` as const
const MEMBER = `${MEMBERS}/:id` as const

const READ = 'organization:read'
const WRITE = 'organization:write'

type Params = Readonly<Record<string, string>>
const organizationOf = (params: Params) => ({ organization: params.organization_id ?? '' })
const roleOf = (params: Params) => ({ ...organizationOf(params), role: params.role_id ?? '' })
const roleMemberOf = (params: Params) => ({ ...roleOf(params), roleMember: params.id ?? '' })

export const roleRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: READ,
    paged: true,
    summary: 'List the roles of an organization',
    answer: 'RoleList',
    handler: ({ c, ctx, params }) => listed(c, (page) => listRoles(ctx, { ...organizationOf(params), page })),
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: WRITE,
    body: newRoleBody,
    status: 201,
    summary: 'Create a role',
    answer: 'Role',
    handler: ({ ctx, params, body }) => createRole(ctx, { ...organizationOf(params), ...body }),
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: READ,
    summary: 'Read a role',
    answer: 'Role',
    handler: ({ ctx, params }) => readRole(ctx, roleOf(params)),
  }),
  route({
    method: 'patch',
    path: ITEM,
    scope: WRITE,
    body: roleBody,
    summary: 'Rename a role',
    answer: 'Role',
    handler: ({ ctx, params, body }) => renameRole(ctx, { ...roleOf(params), ...body }),
  }),
  route({
    method: 'delete',
    path: ITEM,
    scope: WRITE,
    summary: 'Delete a role',
    answer: null,
    handler: ({ ctx, params }) => removeRole(ctx, roleOf(params)),
  }),
  route({
    method: 'get',
    path: MEMBERS,
    scope: READ,
    paged: true,
    summary: 'List the members who have a role',
    answer: 'RoleMemberList',
    handler: ({ c, ctx, params }) => listed(c, (page) => listRoleMembers(ctx, { ...roleOf(params), page })),
  }),
  route({
    method: 'post',
    path: MEMBERS,
    scope: WRITE,
    body: roleMemberBody,
    status: 201,
    summary: 'Give a member a role',
    answer: 'RoleMember',
    handler: ({ ctx, params, body }) => addRoleMember(ctx, { ...roleOf(params), ...body }),
  }),
  route({
    method: 'get',
    path: MEMBER,
    scope: READ,
    summary: 'Read who has a role',
    answer: 'RoleMember',
    handler: ({ ctx, params }) => readRoleMember(ctx, roleMemberOf(params)),
  }),
  route({
    method: 'delete',
    path: MEMBER,
    scope: WRITE,
    summary: 'Take a role from a member',
    answer: null,
    handler: ({ ctx, params }) => removeRoleMember(ctx, roleMemberOf(params)),
  }),
]
