/** An insight as a picture and as one number, for keys, links and tokens of viewers. */
import * as z from 'zod/mini'
import { parseRecord, recordKey } from '../../../lib/records/record.ts'
import type { ReaderCtx } from '../../../lib/resources/ctx.ts'
import { retrieveInsight } from '../../../lib/resources/insights/retrieve.ts'
import { readParameters } from '../../../lib/resources/insights/schemas.ts'
import { lookName, lookParameters } from '../../../lib/resources/sharing/look.ts'
import { drawPicture, numberText } from '../../../lib/resources/sharing/pictures.ts'
import type { InsightRow } from '../../../lib/store/insights.ts'
import { readResponse } from '../../read-response.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { pictureResponse, textResponse } from '../shared/page.ts'
import { recordsOfInsight } from './insights.ts'

const ITEM = '/api/projects/:project_id/insights/:id'
const parameters = z.extend(readParameters, lookParameters)
type Input = RouteInput<z.infer<typeof parameters>, unknown, ReaderCtx>

/** The result is computed before the answer is sent, unless the request says otherwise. */
function readDrawn({ ctx, params, query, read }: Input) {
  const { id = '', project_id = '' } = params
  const { basic: _, ...asked } = query
  const recorded = parseRecord<InsightRow>(read.texts.get(recordKey.insight(project_id, id)))
  return retrieveInsight(ctx, { ref: id, recorded, parameters: asked, read, as: 'table' })
}

async function picture(input: Input) {
  const { c, ctx, query } = input
  const { validity, drawn } = await readDrawn(input)
  return readResponse(c, `svg ${lookName(query)}`, validity, () =>
    pictureResponse(drawPicture(drawn(), query, ctx.services.now())),
  )
}

async function number(input: Input) {
  const { c, query } = input
  const { validity, drawn } = await readDrawn(input)
  return readResponse(c, `txt ${lookName(query)}`, validity, () => textResponse(numberText(drawn(), query)))
}

const shown = {
  method: 'get',
  scope: 'insight:read',
  query: parameters,
  records: recordsOfInsight,
  computes: true,
  kept: true,
  shareable: true,
  viewable: true,
} as const

export const pictureRoutes: Route[] = [
  route({
    ...shown,
    path: `${ITEM}/svg`,
    summary: 'Read an insight as a picture, also as `insights/:id.svg`',
    answer: { 200: { 'image/svg+xml': null } },
    handler: picture,
  }),
  route({
    ...shown,
    path: `${ITEM}/txt`,
    summary: 'Read the one number of an insight, also as `insights/:id.txt`',
    answer: { 200: { 'text/plain': null } },
    handler: number,
  }),
]
