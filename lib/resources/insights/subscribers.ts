/** URLs that are told of each refresh of an insight. */
import type { Caller } from '../../access/caller.ts'
import { invalid, notFound } from '../../core/errors.ts'
import { isUuid, randomText } from '../../core/ids.ts'
import type { Project } from '../../core/project.ts'
import { writeInsights } from '../../records/insights.ts'
import type { Services } from '../../services.ts'
import {
  deleteSubscriber,
  insertSubscriber,
  listSubscribers,
  MAX_SUBSCRIBERS,
  type SubscriberRow,
} from '../../store/subscribers.ts'
import { requireInsight } from './require.ts'
import { checkSubscriberUrl } from './subscriber-url.ts'
import { REFRESH_EVENTS, type RefreshEvent } from './tell.ts'

/** A subscriber with the secret that is shown this once. */
export interface NewSubscriber extends SubscriberRow {
  readonly signing_secret: string
}

/** Throws 404, 403, and 400 for a URL that may not be called and for one subscriber too many. */
export async function createSubscriber(
  services: Services,
  project: Project,
  caller: Caller,
  ref: string,
  { url, events = REFRESH_EVENTS }: { url: string; events?: readonly RefreshEvent[] | undefined },
): Promise<NewSubscriber> {
  const insight = await requireInsight(services, project, caller, ref, 'edit')
  const signingSecret = `whsec_${randomText(43)}`
  const target = { projectId: project.id, insightId: insight.id, userId: caller.userId }
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
export async function showSubscribers(
  services: Services,
  project: Project,
  caller: Caller,
  ref: string,
): Promise<SubscriberRow[]> {
  const insight = await requireInsight(services, project, caller, ref, 'view')
  return listSubscribers(services.db, project.id, insight.id)
}

/** Throws 404 and 403. */
export async function removeSubscriber(
  services: Services,
  project: Project,
  caller: Caller,
  ref: string,
  id: string,
): Promise<void> {
  const insight = await requireInsight(services, project, caller, ref, 'edit')
  const target = { projectId: project.id, insightId: insight.id, userId: caller.userId }
  const row = isUuid(id) ? await deleteSubscriber(services.db, target, id) : undefined
  if (!row) throw notFound()
  await writeInsights(services, [row])
}
