import * as z from 'zod'
import { ActionStep } from '../../../lib/nodes/action.ts'
import {
  type ActionInput,
  changeAction,
  createAction,
  presentAction,
  requireAction,
} from '../../../lib/resources/actions.ts'
import { bool, list as listField, nullable, tagList, text } from '../../../lib/resources/fields.ts'
import { listActions } from '../../../lib/store/actions.ts'
import { readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/actions'
const ITEM = `${ITEMS}/:id` as const

const name = text(400, { blank: false })
const fields = {
  description: nullable(text(10_000)).optional(),
  tags: tagList.optional(),
  steps: listField(ActionStep, 100).optional(),
  post_to_slack: bool.optional(),
  slack_message_format: nullable(text(1200)).optional(),
  deleted: bool.optional(),
}
const createBody = z.object({ name, ...fields })
const changeBody = z.object({ name: name.optional(), ...fields })

type Change = z.infer<typeof changeBody>

/** The given fields; null texts are empty. */
function inputOf(body: Change): ActionInput {
  const given = Object.entries(body).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([key, value]) => [key, value ?? ''])) as ActionInput
}

async function list({ c, services, project }: RouteInput<unknown, unknown>) {
  const page = readPage(c)
  const rows = await listActions(services.db, project.id)
  return { results: rows.slice(page.offset, page.offset + page.limit).map(presentAction) }
}

const create = async ({ services, project, caller, body }: RouteInput<unknown, z.infer<typeof createBody>>) =>
  presentAction(await createAction(services, project, caller, { ...inputOf(body), name: body.name }))

const read = async ({ services, project, params }: RouteInput<unknown, unknown>) =>
  presentAction(await requireAction(services, project, params.id ?? ''))

const update = async ({ services, project, params, body }: RouteInput<unknown, Change>) =>
  presentAction(await changeAction(services, project, params.id ?? '', inputOf(body)))

export const actionRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'action:read',
    paged: true,
    summary: 'List actions',
    answer: 'ActionList',
    handler: list,
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: 'action:write',
    body: createBody,
    status: 201,
    summary: 'Create an action',
    answer: 'Action',
    handler: create,
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'action:read',
    summary: 'Read an action',
    answer: 'Action',
    handler: read,
  }),
  route({
    method: 'patch',
    path: ITEM,
    scope: 'action:write',
    body: changeBody,
    summary: 'Change an action',
    answer: 'Action',
    handler: update,
  }),
  route({
    method: 'put',
    path: ITEM,
    scope: 'action:write',
    body: changeBody,
    summary: 'Change an action',
    answer: 'Action',
    handler: update,
  }),
]
