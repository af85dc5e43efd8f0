import * as z from 'zod'
import { requireOrganization, requireUnscopedProjects } from '../../../lib/access/authorize.ts'
import { LEVELS } from '../../../lib/access/members.ts'
import { choice } from '../../../lib/resources/fields.ts'
import { changeLevel, presentMember, readMember, removeMember } from '../../../lib/resources/members.ts'
import { listMembers } from '../../../lib/store/members.ts'
import { envelope, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/organizations/:organization_id/members'
const ITEM = `${ITEMS}/:user_uuid` as const

const levelBody = z.object({ level: choice(Object.values(LEVELS)).optional() })

type Input = RouteInput<unknown, unknown>

function organizationOf({ caller, params }: Pick<Input, 'caller' | 'params'>): string {
  requireUnscopedProjects(caller)
  return requireOrganization(caller, params.organization_id)
}

async function list(input: Input) {
  const page = readPage(input.c)
  const { rows, count } = await listMembers(input.services.db, organizationOf(input), page)
  return envelope(input.c, page, count, rows.map(presentMember))
}

const find = (input: Pick<Input, 'services' | 'caller' | 'params'>) =>
  readMember(input.services, input.caller, organizationOf(input), input.params.user_uuid ?? '')

const read = async (input: Input) => presentMember(await find(input))

async function update(input: RouteInput<unknown, z.infer<typeof levelBody>>) {
  const { services, caller, body } = input
  const row = await find(input)
  return presentMember(body.level === undefined ? row : await changeLevel(services, caller, row, body.level))
}

async function remove(input: Input) {
  await removeMember(input.services, input.caller, await find(input))
  return input.c.body(null, 204)
}

export const memberRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'organization_member:read',
    paged: true,
    summary: 'List the members of an organization',
    answer: 'MemberList',
    handler: list,
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'organization_member:read',
    summary: 'Read a member of an organization',
    answer: 'Member',
    handler: read,
  }),
  route({
    method: 'patch',
    path: ITEM,
    scope: 'organization_member:write',
    body: levelBody,
    summary: 'Change the level of a member',
    answer: 'Member',
    handler: update,
  }),
  route({
    method: 'delete',
    path: ITEM,
    scope: 'organization_member:write',
    summary: 'Remove a member, or leave the organization',
    answer: null,
    handler: remove,
  }),
]
