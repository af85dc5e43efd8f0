import { asSystem } from '../../../lib/resources/ctx.ts'
import { parseDelivery, parseFailure } from '../../../lib/resources/deliveries.ts'
import {
  deliverTurn,
  failTurn,
  TURN_FAILED_PATH,
  TURN_PATH,
  turnMessage,
} from '../../../lib/resources/insights/schedule.ts'
import type { PublicCtx, RouteInput } from '../../route.ts'
import { answerDelivery, deliveryRoute, verified } from './deliveries.ts'

type Input = RouteInput<unknown, unknown, PublicCtx>

async function take({ c, ctx: { services } }: Input): Promise<Response> {
  const turn = parseDelivery(turnMessage, await verified(c, services, TURN_PATH))
  return answerDelivery(
    c,
    () => deliverTurn(asSystem(services), turn),
    (error) => failTurn(asSystem(services), turn, error.detail),
  )
}

/** Called by QStash when all its retries have failed: the next turn comes all the same. */
async function failed({ c, ctx: { services } }: Input): Promise<Response> {
  const { message, reason } = parseFailure(turnMessage, await verified(c, services, TURN_FAILED_PATH))
  await failTurn(asSystem(services), message, `The insight could not be refreshed${reason ? `: ${reason}` : '.'}`)
  return c.json({ outcome: 'failed' })
}

export const turnDeliveryRoutes = [
  deliveryRoute(TURN_PATH, 'Take a scheduled refresh of an insight from QStash', take),
  deliveryRoute(TURN_FAILED_PATH, 'Take the failure of a scheduled refresh from QStash', failed),
]
