import * as z from 'zod'
import { checkInput } from '../../../lib/core/input.ts'
import {
  type CohortInput,
  changeCohort,
  createCohort,
  requireCohortRow,
} from '../../../lib/resources/cohorts/change.ts'
import { presentCohort } from '../../../lib/resources/cohorts/present.ts'
import { bool, list as listField, nullable, text } from '../../../lib/resources/fields.ts'
import { listCohorts } from '../../../lib/store/cohorts.ts'
import { envelope, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { personPage, listQuery as personQuery } from '../persons/persons.ts'

const ITEMS = '/api/projects/:project_id/cohorts'
const ITEM = `${ITEMS}/:id` as const

const body = z.object({
  name: nullable(text(400)).optional(),
  description: nullable(text(1000)).optional(),
  filters: z.unknown().optional(),
  groups: nullable(listField(z.unknown(), 200)).optional(),
  is_static: bool.optional(),
  deleted: bool.optional(),
  _create_static_person_ids: listField(text(100), 10_000).optional(),
  csv: z.union([z.string(), z.instanceof(File).meta({ type: 'string', format: 'binary' })]).optional(),
})
const listQuery = z.object({ search: z.string().max(400).optional() })

type Body = z.infer<typeof body>

async function inputOf({ _create_static_person_ids: persons, csv, description, groups, ...rest }: Body) {
  const input = {
    ...rest,
    persons,
    description: description === null ? '' : description,
    groups: groups === null ? [] : groups,
    csv: csv instanceof File ? checkInput(await csv.text(), 'csv') : csv,
  }
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as CohortInput
}

async function list({ c, services, project, query }: RouteInput<z.infer<typeof listQuery>, unknown>) {
  const page = readPage(c, 100, 1_000)
  const { rows, count } = await listCohorts(services.db, project.id, query.search || undefined, page)
  return envelope(c, page, count, rows.map(presentCohort))
}

const create = async ({ services, project, caller, body }: RouteInput<unknown, Body>) =>
  presentCohort(await createCohort(services, project, caller, await inputOf(body)))

const read = async ({ services, project, params }: RouteInput<unknown, unknown>) =>
  presentCohort(await requireCohortRow(services, project, params.id ?? ''))

const update = async ({ services, project, params, body }: RouteInput<unknown, Body>) =>
  presentCohort(await changeCohort(services, project, params.id ?? '', await inputOf(body)))

async function persons(input: RouteInput<z.infer<typeof personQuery>, unknown>) {
  const { id } = await requireCohortRow(input.services, input.project, input.params.id ?? '')
  return personPage(input, id)
}

export const cohortRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'cohort:read',
    query: listQuery,
    paged: true,
    summary: 'List cohorts',
    answer: 'CohortList',
    handler: list,
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: 'cohort:write',
    body,
    status: 201,
    summary: 'Create a cohort',
    answer: 'Cohort',
    handler: create,
  }),
  route({ method: 'get', path: ITEM, scope: 'cohort:read', summary: 'Read a cohort', answer: 'Cohort', handler: read }),
  route({
    method: 'patch',
    path: ITEM,
    scope: 'cohort:write',
    body,
    summary: 'Change a cohort',
    answer: 'Cohort',
    handler: update,
  }),
  route({
    method: 'put',
    path: ITEM,
    scope: 'cohort:write',
    body,
    summary: 'Change a cohort',
    answer: 'Cohort',
    handler: update,
  }),
  route({
    method: 'get',
    path: `${ITEM}/persons`,
    scope: 'cohort:read',
    query: personQuery,
    computes: true,
    paged: true,
    summary: 'List the members of a cohort',
    answer: 'PersonList',
    handler: persons,
  }),
]
