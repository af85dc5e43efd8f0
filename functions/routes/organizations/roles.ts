import * as z from 'zod'
import { requireOrganization, requireUnscopedProjects } from '../../../lib/access/authorize.ts'
import { requireAdmin } from '../../../lib/access/members.ts'
import { text } from '../../../lib/resources/fields.ts'
import {
  addRoleMember,
  createRole,
  presentRole,
  presentRoleMember,
  readRole,
  removeRole,
  removeRoleMember,
  renameRole,
  roleMemberOf,
} from '../../../lib/resources/roles.ts'
import { findRoles } from '../../../lib/store/roles.ts'
import { envelope, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/organizations/:organization_id/roles'
const ITEM = `${ITEMS}/:role_id` as const
const MEMBERS = `${ITEM}/role_memberships` as const
const MEMBER = `${MEMBERS}/:id` as const

const name = text(200, { blank: false })
const createBody = z.object({ name })
const changeBody = z.object({ name: name.optional() })
const memberBody = z.object({ user_uuid: text(200) })

type Input = RouteInput<unknown, unknown>
type Referring = Pick<Input, 'services' | 'caller' | 'params'>

function organizationOf({ caller, params }: Pick<Input, 'caller' | 'params'>): string {
  requireUnscopedProjects(caller)
  return requireOrganization(caller, params.organization_id)
}

/** The organization that the caller is about to change. */
function changed(input: Pick<Input, 'caller' | 'params'>): string {
  const id = organizationOf(input)
  requireAdmin(input.caller, id)
  return id
}

const roleOf = ({ services, params }: Referring, organizationId: string) =>
  readRole(services, organizationId, params.role_id ?? '')

async function list(input: Input) {
  const page = readPage(input.c)
  const rows = await findRoles(input.services.db, organizationOf(input))
  const results = rows.slice(page.offset, page.offset + page.limit).map(presentRole)
  return envelope(input.c, page, rows.length, results)
}

const create = async (input: RouteInput<unknown, z.infer<typeof createBody>>) =>
  presentRole(await createRole(input.services, input.caller, changed(input), input.body.name))

const read = async (input: Input) => presentRole(await roleOf(input, organizationOf(input)))

async function update(input: RouteInput<unknown, z.infer<typeof changeBody>>) {
  const role = await roleOf(input, changed(input))
  return presentRole(input.body.name === undefined ? role : await renameRole(input.services, role, input.body.name))
}

async function remove(input: Input) {
  await removeRole(input.services, await roleOf(input, changed(input)))
  return input.c.body(null, 204)
}

async function listMembers(input: Input) {
  const page = readPage(input.c)
  const { members } = await roleOf(input, organizationOf(input))
  const results = members.slice(page.offset, page.offset + page.limit).map(presentRoleMember)
  return envelope(input.c, page, members.length, results)
}

async function addMember(input: RouteInput<unknown, z.infer<typeof memberBody>>) {
  const role = await roleOf(input, changed(input))
  return presentRoleMember(await addRoleMember(input.services, role, input.body.user_uuid))
}

const readMember = async (input: Input) =>
  presentRoleMember(roleMemberOf(await roleOf(input, organizationOf(input)), input.params.id ?? ''))

async function removeMember(input: Input) {
  await removeRoleMember(input.services, await roleOf(input, changed(input)), input.params.id ?? '')
  return input.c.body(null, 204)
}

const READ = 'organization:read'
const WRITE = 'organization:write'

export const roleRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: READ,
    paged: true,
    summary: 'List the roles of an organization',
    answer: 'RoleList',
    handler: list,
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: WRITE,
    body: createBody,
    status: 201,
    summary: 'Create a role',
    answer: 'Role',
    handler: create,
  }),
  route({ method: 'get', path: ITEM, scope: READ, summary: 'Read a role', answer: 'Role', handler: read }),
  route({
    method: 'patch',
    path: ITEM,
    scope: WRITE,
    body: changeBody,
    summary: 'Rename a role',
    answer: 'Role',
    handler: update,
  }),
  route({ method: 'delete', path: ITEM, scope: WRITE, summary: 'Delete a role', answer: null, handler: remove }),
  route({
    method: 'get',
    path: MEMBERS,
    scope: READ,
    paged: true,
    summary: 'List the members who have a role',
    answer: 'RoleMemberList',
    handler: listMembers,
  }),
  route({
    method: 'post',
    path: MEMBERS,
    scope: WRITE,
    body: memberBody,
    status: 201,
    summary: 'Give a member a role',
    answer: 'RoleMember',
    handler: addMember,
  }),
  route({
    method: 'get',
    path: MEMBER,
    scope: READ,
    summary: 'Read who has a role',
    answer: 'RoleMember',
    handler: readMember,
  }),
  route({
    method: 'delete',
    path: MEMBER,
    scope: WRITE,
    summary: 'Take a role from a member',
    answer: null,
    handler: removeMember,
  }),
]
