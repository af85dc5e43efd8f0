import * as z from 'zod'
import {
  COHORT_FAILED_PATH,
  COHORT_PATH,
  calculateCohort,
  endCalculation,
} from '../../../lib/resources/cohorts/calculate.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { answerDelivery, forQstash, parseDelivery, parseFailure, rowId, verified } from './deliveries.ts'

type Input = RouteInput<unknown, unknown>

const message = z.object({ projectId: rowId, cohortId: rowId, version: z.int().min(0).max(2_147_483_647) })

async function calculate({ c, services }: Input): Promise<Response> {
  const cohort = parseDelivery(message, await verified(c, services, COHORT_PATH))
  return answerDelivery(
    c,
    () => calculateCohort(services, cohort, c.req.header('upstash-retried') !== '0'),
    (error) => endCalculation(services, cohort, error.detail),
  )
}

/** All retries are used up. */
async function failed({ c, services }: Input): Promise<Response> {
  const { source, detail } = parseFailure(await verified(c, services, COHORT_FAILED_PATH))
  const reason = `The cohort could not be calculated${detail ? `: ${detail}` : '.'}`
  await endCalculation(services, parseDelivery(message, source), reason)
  return c.json({ outcome: 'failed' })
}

export const cohortDeliveryRoutes: Route[] = [
  route({
    method: 'post',
    path: COHORT_PATH,
    scope: 'public',
    summary: 'QStash delivers a calculation of a cohort',
    rawBody: true,
    renderError: forQstash,
    handler: calculate,
  }),
  route({
    method: 'post',
    path: COHORT_FAILED_PATH,
    scope: 'public',
    summary: 'QStash gave up a calculation of a cohort',
    rawBody: true,
    renderError: forQstash,
    handler: failed,
  }),
]
