import type * as z from 'zod/mini'
import { changeCohort, cohortBody, createCohort } from '../../lib/resources/cohorts/change.ts'
import { cohortsQuery, listCohorts, readCohort } from '../../lib/resources/cohorts/read.ts'
import { personParameters } from '../../lib/resources/persons/list.ts'
import { listed } from '../paging.ts'
import { type Route, type RouteInput, route } from '../route.ts'
import { personPage } from './persons/persons.ts'

const ITEMS = '/api/projects/:project_id/cohorts'
const ITEM = `${ITEMS}/:id` as const

const change = (method: 'patch' | 'put') =>
  route({
    method,
    path: ITEM,
    scope: 'cohort:write',
    body: cohortBody,
    summary: 'Change a cohort',
    answer: 'Cohort',
    handler: ({ ctx, params, body }) => changeCohort(ctx, { cohort: params.id ?? '', ...body }),
  })

async function persons(input: RouteInput<z.infer<typeof personParameters>, unknown>) {
  const { id } = await readCohort(input.ctx, { cohort: input.params.id ?? '' })
  return personPage(input, { cohort: id })
}

export const cohortRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'cohort:read',
    query: cohortsQuery,
    paged: true,
    summary: 'List cohorts',
    answer: 'CohortList',
    handler: ({ c, ctx, query }) => listed(c, (page) => listCohorts(ctx, { ...query, page })),
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: 'cohort:write',
    body: cohortBody,
    status: 201,
    summary: 'Create a cohort',
    answer: 'Cohort',
    handler: ({ ctx, body }) => createCohort(ctx, body),
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'cohort:read',
    summary: 'Read a cohort',
    answer: 'Cohort',
    handler: ({ ctx, params }) => readCohort(ctx, { cohort: params.id ?? '' }),
  }),
  change('patch'),
  change('put'),
  route({
    method: 'get',
    path: `${ITEM}/persons`,
    scope: 'cohort:read',
    query: personParameters,
    computes: true,
    paged: true,
    summary: 'List the members of a cohort',
    answer: 'PersonList',
    handler: persons,
  }),
]
