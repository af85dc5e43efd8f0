import { actionBody, changeAction, createAction, newActionBody } from '../../lib/resources/actions/change.ts'
import { listActions, readAction } from '../../lib/resources/actions/read.ts'
import { readPage } from '../paging.ts'
import { type Route, route } from '../route.ts'

const ITEMS = '/api/projects/:project_id/actions'
const ITEM = `${ITEMS}/:id` as const

const change = (method: 'patch' | 'put') =>
  route({
    method,
    path: ITEM,
    scope: 'action:write',
    body: actionBody,
    summary: 'Change an action',
    answer: 'Action',
    handler: ({ ctx, params, body }) => changeAction(ctx, { action: params.id ?? '', ...body }),
  })

export const actionRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'action:read',
    paged: true,
    summary: 'List actions',
    answer: 'ActionList',
    handler: async ({ c, ctx }) => ({ results: (await listActions(ctx, { page: readPage(c) })).items }),
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: 'action:write',
    body: newActionBody,
    status: 201,
    summary: 'Create an action',
    answer: 'Action',
    handler: ({ ctx, body }) => createAction(ctx, body),
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'action:read',
    summary: 'Read an action',
    answer: 'Action',
    handler: ({ ctx, params }) => readAction(ctx, { action: params.id ?? '' }),
  }),
  change('patch'),
  change('put'),
]
