import { FAILED_PATH, RUN_PATH } from '../../../lib/refresh/queue.ts'
import type { Delivered } from '../../../lib/refresh/run.ts'
import { asSystem } from '../../../lib/resources/ctx.ts'
import { parseDelivery, parseFailure } from '../../../lib/resources/deliveries.ts'
import { deliverRun, failRun, runMessage } from '../../../lib/resources/insights/run.ts'
import type { PublicCtx, RouteInput } from '../../route.ts'
import { answerDelivery, type DeliveryOutcome, deliveryRoute, verified } from './deliveries.ts'

type Input = RouteInput<unknown, unknown, PublicCtx>

async function run({ c, ctx: { services } }: Input): Promise<Response> {
  const message = parseDelivery(runMessage, await verified(c, services, RUN_PATH))
  return answerDelivery(
    c,
    async () => outcomeOf(await deliverRun(asSystem(services), message)),
    (error) => failRun(asSystem(services), message, error.detail),
  )
}

function outcomeOf(delivered: Delivered): DeliveryOutcome {
  if (delivered.kind === 'locked') return { againInMs: delivered.forMs }
  return delivered.kind === 'found' || delivered.kind === 'ended before' ? 'there already' : delivered.kind
}

/** Called by QStash when all its retries have failed: ends the run as failed. */
async function failed({ c, ctx: { services } }: Input): Promise<Response> {
  const { message, reason } = parseFailure(runMessage, await verified(c, services, FAILED_PATH))
  await failRun(
    asSystem(services),
    message,
    `The query could not be computed in the background${reason ? `: ${reason}` : '.'}`,
  )
  return c.json({ outcome: 'failed' })
}

export const runDeliveryRoutes = [
  deliveryRoute(RUN_PATH, 'Take a background run from QStash', run),
  deliveryRoute(FAILED_PATH, 'Take the failure of a background run from QStash', failed),
]
