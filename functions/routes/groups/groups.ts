import * as z from 'zod'
import { notFound } from '../../../lib/core/errors.ts'
import { limiterOf, requireCapacity } from '../../../lib/refresh/limits.ts'
import { int32 } from '../../../lib/resources/fields.ts'
import { listGroupTypes } from '../../../lib/store/definitions.ts'
import { listGroups } from '../../../lib/store/persons.ts'
import { pageLinks, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const PROJECT = '/api/projects/:project_id'

const listQuery = z.object({ group_type_index: int32, search: z.string().max(400).optional() })
const findQuery = z.object({ group_type_index: int32, group_key: z.string().min(1).max(1_000) })

/** A bare list, as clients expect. */
const types = async ({ services, project }: RouteInput<unknown, unknown>) =>
  (await listGroupTypes(services.db, project.id)).map((row) => ({
    group_type: row.group_type,
    group_type_index: row.group_type_index,
    name_singular: null,
    name_plural: null,
    detail_dashboard: null,
    default_columns: null,
    created_at: row.created_at,
  }))

async function list({ c, services, caller, project, query }: RouteInput<z.infer<typeof listQuery>, unknown>) {
  const page = readPage(c, 100, 1_000)
  const filter = { typeIndex: query.group_type_index, search: query.search || undefined }
  if (filter.search) await requireCapacity(services, limiterOf({ actor: caller, project }))
  const rows = await listGroups(services.db, project.id, filter, page)
  return { ...pageLinks(c, page, rows.length > page.limit), results: rows.slice(0, page.limit) }
}

async function find({ services, project, query }: RouteInput<z.infer<typeof findQuery>, unknown>) {
  const filter = { typeIndex: query.group_type_index, key: query.group_key }
  const [row] = await listGroups(services.db, project.id, filter, { limit: 1, offset: 0 })
  if (!row) throw notFound()
  return row
}

export const groupRoutes: Route[] = [
  route({
    method: 'get',
    path: `${PROJECT}/groups_types`,
    scope: 'group:read',
    summary: 'List group types',
    answer: 'GroupTypeList',
    handler: types,
  }),
  route({
    method: 'get',
    path: `${PROJECT}/groups`,
    scope: 'group:read',
    query: listQuery,
    computes: true,
    paged: true,
    summary: 'List groups',
    answer: 'GroupList',
    handler: list,
  }),
  route({
    method: 'get',
    path: `${PROJECT}/groups/find`,
    scope: 'group:read',
    query: findQuery,
    summary: 'Find a group by its key',
    answer: 'Group',
    handler: find,
  }),
]
