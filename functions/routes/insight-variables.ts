import {
  changeVariable,
  createVariable,
  listInsightVariables,
  newVariableBody,
  readVariable,
  removeVariable,
  variableBody,
} from '../../lib/resources/insight-variables/insight-variables.ts'
import { listed } from '../paging.ts'
import { type Route, route } from '../route.ts'

const ITEMS = '/api/projects/:project_id/insight_variables'
const ITEM = `${ITEMS}/:id` as const
const READ = 'insight_variable:read'
const WRITE = 'insight_variable:write'

const change = (method: 'patch' | 'put') =>
  route({
    method,
    path: ITEM,
    scope: WRITE,
    body: variableBody,
    summary: 'Change a variable of SQL texts',
    answer: 'InsightVariable',
    handler: ({ ctx, params, body }) => changeVariable(ctx, params.id ?? '', body),
  })

export const insightVariableRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: READ,
    paged: true,
    summary: 'List the variables of SQL texts',
    answer: 'InsightVariableList',
    handler: ({ c, ctx }) => listed(c, (page) => listInsightVariables(ctx, page)),
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: WRITE,
    body: newVariableBody,
    status: 201,
    summary: 'Create a variable of SQL texts',
    answer: 'InsightVariable',
    handler: ({ ctx, body }) => createVariable(ctx, body),
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: READ,
    summary: 'Read a variable of SQL texts',
    answer: 'InsightVariable',
    handler: ({ ctx, params }) => readVariable(ctx, params.id ?? ''),
  }),
  change('patch'),
  change('put'),
  route({
    method: 'delete',
    path: ITEM,
    scope: WRITE,
    summary: 'Delete a variable of SQL texts',
    answer: null,
    handler: ({ ctx, params }) => removeVariable(ctx, params.id ?? ''),
  }),
]
