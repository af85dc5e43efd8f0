import * as z from 'zod'
import { mayPass } from '../../../lib/cache/run.ts'
import { ApiError, parseError } from '../../../lib/core/errors.ts'
import {
  COHORT_FAILED_PATH,
  COHORT_PATH,
  type CohortMessage,
  calculateCohort,
  endCalculation,
} from '../../../lib/resources/cohorts/calculate.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { sourceOf, verified } from './deliveries.ts'

type Input = RouteInput<unknown, unknown>

const message = z.object({ projectId: z.number(), cohortId: z.number(), version: z.number() })

function parseMessage(text: string): CohortMessage {
  try {
    return message.parse(JSON.parse(text))
  } catch {
    throw parseError('The delivery holds no cohort.')
  }
}

async function calculate({ c, services }: Input): Promise<Response> {
  const cohort = parseMessage(await verified(c, services, COHORT_PATH))
  try {
    return c.json({ outcome: await calculateCohort(services, cohort) })
  } catch (error) {
    if (!(error instanceof ApiError)) console.error(error)
    if (mayPass(error)) throw error
    await endCalculation(services, cohort, error)
    return c.json({ outcome: 'failed' }, 489 as 400, { 'Upstash-NonRetryable-Error': 'true' })
  }
}

/** All retries are used up. */
async function failed({ c, services }: Input): Promise<Response> {
  const cohort = parseMessage(sourceOf(await verified(c, services, COHORT_FAILED_PATH)))
  await endCalculation(services, cohort, null)
  return c.json({ outcome: 'failed' })
}

export const cohortDeliveryRoutes: Route[] = [
  route({
    method: 'post',
    path: COHORT_PATH,
    scope: 'public',
    summary: 'QStash delivers a calculation of a cohort',
    rawBody: true,
    handler: calculate,
  }),
  route({
    method: 'post',
    path: COHORT_FAILED_PATH,
    scope: 'public',
    summary: 'QStash gave up a calculation of a cohort',
    rawBody: true,
    handler: failed,
  }),
]
