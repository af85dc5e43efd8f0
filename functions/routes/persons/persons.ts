import {
  bulkDeletionBody,
  deleteManyPersons,
  deletePerson,
  deletionQuery,
} from '../../../lib/resources/persons/delete.ts'
import {
  type PersonListInput,
  type PersonParameters,
  personParameters,
  showPerson,
  showPersons,
} from '../../../lib/resources/persons/list.ts'
import { placedLinks, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/persons'
const MAX_PAGE = 1_000

/** A page of persons; the persons of a cohort have the same form. */
export async function personPage(
  { c, ctx, query }: RouteInput<PersonParameters>,
  of: Pick<PersonListInput, 'cohort'> = {},
) {
  const page = readPage(c, 100, MAX_PAGE)
  const { results, ...places } = await showPersons(ctx, { parameters: query, page, ...of })
  return { ...placedLinks(c, page, places), results }
}

export const personRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'person:read',
    query: personParameters,
    computes: true,
    paged: true,
    summary: 'List persons',
    answer: 'PersonList',
    handler: (input) => personPage(input),
  }),
  route({
    method: 'post',
    path: `${ITEMS}/bulk_delete`,
    scope: 'person:write',
    body: bulkDeletionBody,
    status: 202,
    summary: 'Delete up to 1,000 persons',
    answer: null,
    handler: ({ ctx, body }) => deleteManyPersons(ctx, body),
  }),
  route({
    method: 'get',
    path: `${ITEMS}/:id`,
    scope: 'person:read',
    summary: 'Read a person',
    answer: 'Person',
    handler: ({ ctx, params }) => showPerson(ctx, { ref: params.id ?? '' }),
  }),
  route({
    method: 'delete',
    path: `${ITEMS}/:id`,
    scope: 'person:write',
    query: deletionQuery,
    status: 202,
    summary: 'Delete a person',
    answer: null,
    handler: ({ ctx, params, query }) => deletePerson(ctx, { ref: params.id ?? '', ...query }),
  }),
]
