import {
  changeMember,
  listMembers,
  memberBody,
  readMember,
  removeMember,
} from '../../../lib/resources/accounts/members.ts'
import { listed } from '../../paging.ts'
import { type Route, route } from '../../route.ts'

const ITEMS = '/api/organizations/:organization_id/members'
const ITEM = `${ITEMS}/:user_uuid` as const

type Params = Readonly<Record<string, string>>
const memberOf = (params: Params) => ({ organization: params.organization_id ?? '', user: params.user_uuid ?? '' })

export const memberRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'organization_member:read',
    paged: true,
    summary: 'List the members of an organization',
    answer: 'MemberList',
    handler: ({ c, ctx, params }) =>
      listed(c, (page) => listMembers(ctx, { organization: params.organization_id ?? '', page })),
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'organization_member:read',
    summary: 'Read a member of an organization',
    answer: 'Member',
    handler: ({ ctx, params }) => readMember(ctx, memberOf(params)),
  }),
  route({
    method: 'patch',
    path: ITEM,
    scope: 'organization_member:write',
    body: memberBody,
    summary: 'Change the level of a member',
    answer: 'Member',
    handler: ({ ctx, params, body }) => changeMember(ctx, { ...memberOf(params), ...body }),
  }),
  route({
    method: 'delete',
    path: ITEM,
    scope: 'organization_member:write',
    summary: 'Remove a member, or leave the organization',
    answer: null,
    handler: ({ ctx, params }) => removeMember(ctx, memberOf(params)),
  }),
]
