import {
  COHORT_FAILED_PATH,
  COHORT_PATH,
  calculateCohort,
  cohortMessage,
  endCalculation,
} from '../../../lib/resources/cohorts/calculate.ts'
import { asSystem } from '../../../lib/resources/ctx.ts'
import { parseDelivery, parseFailure } from '../../../lib/resources/deliveries.ts'
import type { PublicCtx, RouteInput } from '../../route.ts'
import { answerDelivery, deliveryRoute, verified } from './deliveries.ts'

type Input = RouteInput<unknown, unknown, PublicCtx>

async function calculate({ c, ctx: { services } }: Input): Promise<Response> {
  const message = parseDelivery(cohortMessage, await verified(c, services, COHORT_PATH))
  const isRetry = c.req.header('upstash-retried') !== '0'
  return answerDelivery(
    c,
    () => calculateCohort(asSystem(services), message, isRetry),
    (error) => endCalculation(asSystem(services), message, error.detail),
  )
}

/** Called by QStash when all its retries have failed: marks the calculation as failed. */
async function failed({ c, ctx: { services } }: Input): Promise<Response> {
  const { message, reason } = parseFailure(cohortMessage, await verified(c, services, COHORT_FAILED_PATH))
  await endCalculation(asSystem(services), message, `The cohort could not be calculated${reason ? `: ${reason}` : '.'}`)
  return c.json({ outcome: 'failed' })
}

export const cohortDeliveryRoutes = [
  deliveryRoute(COHORT_PATH, 'Take a calculation of a cohort from QStash', calculate),
  deliveryRoute(COHORT_FAILED_PATH, 'Take the failure of a calculation of a cohort from QStash', failed),
]
