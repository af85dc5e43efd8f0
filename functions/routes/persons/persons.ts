import * as z from 'zod'
import { invalid, notFound } from '../../../lib/core/errors.ts'
import { isUuid, readId } from '../../../lib/core/ids.ts'
import { limiterOf, requireCapacity } from '../../../lib/refresh/limits.ts'
import { presentPerson } from '../../../lib/resources/persons.ts'
import { personConditions } from '../../../lib/store/person-conditions.ts'
import { findPerson, listPersons } from '../../../lib/store/persons.ts'
import { pageLinks, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/persons'
const MAX_PAGE = 1_000
const MAX_TEXT = 400

export const listQuery = z.object({
  distinct_id: z.string().max(MAX_TEXT).optional(),
  email: z.string().max(MAX_TEXT).optional(),
  search: z.string().max(MAX_TEXT).optional(),
  uuid: z.string().optional(),
  cohort: z.string().optional(),
  properties: z.string().optional(),
})

async function list({ c, services, caller, project, query }: RouteInput<z.infer<typeof listQuery>, unknown>) {
  const cohort = readId(query.cohort)
  if (query.cohort && cohort === undefined) throw invalid('cohort', 'A valid number is required.')
  return personPage({ c, services, caller, project, query }, cohort)
}

type Listing = Pick<RouteInput<z.infer<typeof listQuery>, unknown>, 'c' | 'services' | 'caller' | 'project' | 'query'>

/** A page of persons, those of a cohort if one is given. To search through their properties counts as a computation. */
export async function personPage({ c, services, caller, project, query }: Listing, cohort: number | undefined) {
  const page = readPage(c, 100, MAX_PAGE)
  const filter = {
    distinctId: query.distinct_id || undefined,
    email: query.email || undefined,
    search: query.search || undefined,
    uuids: query.uuid?.split(',').filter(isUuid),
    cohort,
    conditions: personConditions(query.properties),
  }
  if (filter.search || filter.email || filter.conditions.length > 0)
    await requireCapacity(services, limiterOf({ actor: caller, project }))
  const rows = await listPersons(services.db, project.id, filter, page)
  return { ...pageLinks(c, page, rows.length > page.limit), results: rows.slice(0, page.limit).map(presentPerson) }
}

async function read({ services, project, params }: RouteInput<unknown, unknown>) {
  const row = await findPerson(services.db, project.id, params.id ?? '')
  if (!row) throw notFound()
  return presentPerson(row)
}

export const personRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'person:read',
    query: listQuery,
    computes: true,
    paged: true,
    summary: 'List persons',
    answer: 'PersonList',
    handler: list,
  }),
  route({
    method: 'get',
    path: `${ITEMS}/:id`,
    scope: 'person:read',
    summary: 'Read a person',
    answer: 'Person',
    handler: read,
  }),
]
