/** An insight for a viewer: computed as the token says, and shown without what it is made of. */
import { permissionDenied } from '../../core/errors.ts'
import type { ReadBefore } from '../../refresh/lookup.ts'
import type { Wish } from '../../refresh/policy.ts'
import type { InsightRow } from '../../store/insights.ts'
import type { ViewerCtx } from '../ctx.ts'
import { presentInsight } from '../insights/present-insight.ts'
import { answerInsight } from '../insights/read.ts'
import { rememberResult } from '../insights/reading.ts'
import type { ReadParameters } from '../insights/schemas.ts'
import { viewerNarrowing } from './narrowing.ts'
import { withOwnRun } from './runs.ts'
import { withoutCause } from './without-cause.ts'

/**
 * The insight with its result, and the answer that it shows. Above the viewer's limit the answer is the cached result;
 * throws 429 if there is none, 404 and 403 as `viewerNarrowing`, and 400 without a cause for what cannot be computed.
 */
export async function answerViewed(
  ctx: ViewerCtx,
  row: InsightRow,
  parameters: ReadParameters,
  { read, ...wish }: Wish & { readonly read: ReadBefore },
) {
  if (parameters.client_query_id !== undefined)
    throw permissionDenied('The viewer token does not allow this. client_query_id: runs get ids of their own.')
  const narrowing = viewerNarrowing(ctx.actor, row, parameters)
  const found = await answerInsight(ctx, row, narrowing, {
    ...wish,
    read,
    cachedAfter: 'throttled',
    uncomputable: wish.mode === 'lazy_async' ? 'no result' : 'refused',
  }).catch((error) => {
    throw withoutCause(error)
  })
  if (found.key !== null) rememberResult(row, parameters, ctx.actor, found.key)
  const answer = await withOwnRun(ctx, row.id, found)
  return { insight: presentInsight(row, ctx, { answer, narrowing }), answer }
}
