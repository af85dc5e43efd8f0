import { listOrganizations, readOrganization } from '../../../lib/resources/accounts/organizations.ts'
import { listed } from '../../paging.ts'
import { type Route, route } from '../../route.ts'

const ITEMS = '/api/organizations'

export const organizationRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'organization:read',
    paged: true,
    summary: 'List the organizations that the key reaches',
    answer: 'OrganizationList',
    handler: ({ c, ctx }) => listed(c, (page) => listOrganizations(ctx, { page })),
  }),
  route({
    method: 'get',
    path: `${ITEMS}/:organization_id`,
    scope: 'organization:read',
    summary: 'Read an organization',
    answer: 'Organization',
    handler: ({ ctx, params }) => readOrganization(ctx, { organization: params.organization_id ?? '' }),
  }),
]
