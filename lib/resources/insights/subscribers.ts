/** Subscribers: URLs that get an event for each refresh of an insight. */
import * as z from 'zod'
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

export const subscriberBody = z.object({ url: text(2_000), events: list(choice(REFRESH_EVENTS), 10).optional() })

/** A subscriber with the secret that is shown this once. */
export interface NewSubscriber extends SubscriberRow {
  readonly signing_secret: string
}

/** Throws 404, 403, and 400 for a URL that may not be called, an empty list of events or one subscriber too many. */
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

/** Throws 404 and 403. */
export async function removeSubscriber(
  ctx: KeyCtx,
  { ref, id }: { readonly ref: string; readonly id: string },
): Promise<void> {
  const target = await editTarget(ctx, ref)
  const insight = isUuid(id) ? await deleteSubscriber(ctx.services.db, target, id) : undefined
  if (!insight) throw notFound()
  await writeInsights(ctx.services, [insight])
}
