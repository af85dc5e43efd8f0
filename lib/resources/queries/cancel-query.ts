/** `POST insights/cancel`: ends the computation that has an id. */
import * as z from 'zod/mini'
import { invalid } from '../../core/errors.ts'
import { cancelRun } from '../../refresh/cancel.ts'
import type { KeyCtx } from '../ctx.ts'
import { queryId } from '../fields.ts'

export const cancelBody = z.object({
  client_query_id: z.optional(queryId),
})
export type CancelBody = z.infer<typeof cancelBody>

/**
 * Cancels the request or background run that has the id, and its statement in the database (docs/insights.md 5). Does
 * nothing if the id is unknown. Throws 400 `client_query_id` if the body has no id, 503 if Redis is away.
 */
export async function cancelQuery({ services, project }: KeyCtx, { client_query_id: id }: CancelBody): Promise<void> {
  if (id === undefined) throw invalid('client_query_id', 'Field is required.')
  await cancelRun(services, project.id, id)
}
