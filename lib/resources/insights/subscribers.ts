/** Subscribers: URLs that get an event for each refresh of an insight. */
import * as z from 'zod/mini'
import { invalid, notFound } from '../../core/errors.ts'
import { isUuid, randomText } from '../../core/ids.ts'
import { writeInsights } from '../../records/insights.ts'
import {
  deleteSubscriber,
  insertSubscriber,
  listSubscribers,
  MAX_SUBSCRIBERS,
  type SubscriberRow,
} from '../../store/subscribers.ts'
import type { KeyCtx } from '../ctx.ts'
import { choice, list, text } from '../fields.ts'
import { editTarget, requireInsight } from './authorize.ts'
import { REFRESH_EVENTS } from './notify.ts'
import { checkSubscriberUrl } from './subscriber-url.ts'

export const subscriberBody = z.object({ url: text(2_000), events: z.optional(list(choice(REFRESH_EVENTS), 10)) })

/** A subscriber with its signing secret, which no later answer shows. */
export interface NewSubscriber extends SubscriberRow {
  readonly signing_secret: string
}

/**
 * Adds a subscriber to an insight. Throws 404 if the insight does not exist, 403 if the key may not edit it, 400 if the
 * URL is not allowed, the list of events is empty or the insight has the maximum of subscribers.
 */
export async function createSubscriber(
  ctx: KeyCtx,
  { ref, body }: { readonly ref: string; readonly body: z.infer<typeof subscriberBody> },
): Promise<NewSubscriber> {
  const { services } = ctx
  const { url, events = REFRESH_EVENTS } = body
  if (events.length === 0) throw invalid('events', 'This list may not be empty.', 'empty')
  const target = await editTarget(ctx, ref)
  const signingSecret = `whsec_${randomText(43)}`
  const made = await insertSubscriber(services.db, target, {
    id: crypto.randomUUID(),
    url: checkSubscriberUrl(url, services.env.PUBLIC_URL),
    events: [...new Set(events)],
    signingSecret,
  })
  if (!made) throw invalid(null, `An insight may have ${MAX_SUBSCRIBERS} subscribers.`)
  await writeInsights(services, [made.insight])
  return { ...made.subscriber, signing_secret: signingSecret }
}

/** The subscribers of an insight, newest first, without their secrets. Throws 404 and 403. */
export async function showSubscribers(ctx: KeyCtx, { ref }: { readonly ref: string }): Promise<SubscriberRow[]> {
  const insight = await requireInsight(ctx, ref, 'view')
  return listSubscribers(ctx.services.db, ctx.project.id, insight.id)
}

/**
 * Deletes a subscriber. Throws 404 if the insight or the subscriber does not exist, 403 if the key may not edit the
 * insight.
 */
export async function removeSubscriber(
  ctx: KeyCtx,
  { ref, id }: { readonly ref: string; readonly id: string },
): Promise<void> {
  const target = await editTarget(ctx, ref)
  const insight = isUuid(id) ? await deleteSubscriber(ctx.services.db, target, id) : undefined
  if (!insight) throw notFound()
  await writeInsights(ctx.services, [insight])
}
