import * as z from 'zod'
import { invalid } from '../../../lib/core/errors.ts'
import { readId } from '../../../lib/core/ids.ts'
import { writeInsights } from '../../../lib/records/insights.ts'
import { presentBasic } from '../../../lib/resources/insights/present.ts'
import { requireInsight } from '../../../lib/resources/insights/require.ts'
import { lastViewed, noteViews } from '../../../lib/store/views.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights'
const LAST = 5
/** More than an answer of a list has by default. */
const MAX_AT_ONCE = 1_000

type Input = RouteInput<unknown, unknown>

const bulkBody = z.object({
  insight_ids: z
    .unknown()
    .meta({ type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: MAX_AT_ONCE })
    .optional(),
})

async function note({ services, project, caller }: Input, ids: readonly number[]) {
  await writeInsights(services, await noteViews(services.db, project, caller, ids))
}

async function viewed(input: Input) {
  const { c, services, project, caller, params } = input
  const row = await requireInsight(services, project, caller, params.id ?? '', 'view')
  await note(input, [row.id])
  return c.body(null, 200)
}

/** Ids of insights that are not there or of another project mean nothing. */
async function viewedAll(input: RouteInput<unknown, z.infer<typeof bulkBody>>) {
  const ids = input.body.insight_ids
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_AT_ONCE || !ids.every(isId))
    throw invalid('insight_ids', 'Must be a non-empty list of insight IDs')
  await note(input, ids.map(Number))
  return input.c.body(null, 200)
}

const isId = (id: unknown) => (typeof id === 'number' || typeof id === 'string') && readId(String(id)) !== undefined

async function myLastViewed(input: Input) {
  const { services, project, caller } = input
  const rows = await lastViewed(services.db, project, caller, LAST)
  return rows.map((row) => presentBasic(row, input.ctx))
}

export const viewRoutes: Route[] = [
  route({
    method: 'get',
    path: `${ITEMS}/my_last_viewed`,
    scope: 'insight:read',
    summary: 'List the insights that the user viewed last',
    answer: 'LastViewedInsights',
    handler: myLastViewed,
  }),
  route({
    method: 'post',
    path: `${ITEMS}/viewed`,
    scope: 'insight:read',
    body: bulkBody,
    summary: 'Note that insights were viewed',
    answer: null,
    handler: viewedAll,
  }),
  route({
    method: 'post',
    path: `${ITEMS}/:id/viewed`,
    scope: 'insight:read',
    anyBody: true,
    summary: 'Note that an insight was viewed',
    answer: null,
    handler: viewed,
  }),
]
