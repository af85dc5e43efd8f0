/**
 * Events for the subscribers of an insight, delivered by QStash with its retries. The same refresh has the same event
 * id however often it is published, and reaches a subscriber once within QStash's window of deduplication.
 */

import { again } from '../../core/again.ts'
import { describeError } from '../../core/describe-error.ts'
import { sha256 } from '../../core/ids.ts'
import { SIGNATURE_HEADER, sign } from '../../core/signature.ts'
import { WITHIN_AN_HOUR } from '../../ports/retries.ts'
import type { QueryAnswer } from '../../refresh/answer.ts'
import type { CacheEntry } from '../../refresh/entry.ts'
import type { RunStatus } from '../../refresh/status.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import { findSubscribers } from '../../store/subscribers.ts'
import { summarize } from './summary.ts'

export const REFRESH_EVENTS = ['insight.refreshed', 'insight.refresh_failed'] as const
export type RefreshEvent = (typeof REFRESH_EVENTS)[number]

/** Of a request, after its answer. */
const TRIES_AFTER_MS = [500, 5_000]
const UNEXPLAINED = 'A server error occurred.'

interface Happened {
  readonly type: RefreshEvent
  /** What makes it this event and no other one of the insight. */
  readonly identity: string
  /** ISO. */
  readonly at: string
  readonly more: object
}

/** Tells of a new result. Throws 503 when it cannot be published. */
export const notifyRefreshed = (
  services: Services,
  projectId: number,
  insightId: number,
  key: string,
  entry: CacheEntry,
): Promise<void> =>
  tell(services, projectId, insightId, {
    type: 'insight.refreshed',
    identity: `${key} ${entry.lastRefresh}`,
    at: new Date(entry.lastRefresh).toISOString(),
    more: { summary: summarize(entry) },
  })

/** Tells of a result that a request has just computed; what it read from the cache is not news. */
export function notifyAfterResponse(services: Services, row: InsightRow, answer: QueryAnswer): void {
  if (answer.kind !== 'computed') return
  const { key, entry } = answer
  // nobody delivers what a request leaves undone
  const told = again(() => notifyRefreshed(services, row.project_id, row.id, key, entry), TRIES_AFTER_MS)
  services.waitUntil(told.catch((error) => console.error('Subscribers were not told.', describeError(error))))
}

/** Tells of a background run that failed. Throws 503 when it cannot be published. */
export const notifyFailed = (
  services: Services,
  projectId: number,
  insightId: number,
  { runId, endTime, startTime, errorMessage }: RunStatus,
): Promise<void> =>
  tell(services, projectId, insightId, {
    type: 'insight.refresh_failed',
    identity: runId,
    at: endTime ?? startTime,
    more: { summary: null, error: errorMessage ?? UNEXPLAINED },
  })

async function tell(services: Services, projectId: number, insightId: number, happened: Happened): Promise<void> {
  const { type, identity, at, more } = happened
  const subscribers = await findSubscribers(services.db, projectId, insightId, type)
  const [first] = subscribers
  if (!first) return
  const id = `evt_${(await sha256(`${projectId} ${insightId} ${type} ${identity}`)).slice(0, 32)}`
  const url = `${services.env.PUBLIC_URL}/api/projects/${projectId}/insights/${insightId}/`
  const insight = { id: insightId, short_id: first.shortId, name: first.name, url }
  const body = JSON.stringify({ id, type, created_at: at, project_id: projectId, insight, ...more })
  const seconds = Math.floor(services.now().getTime() / 1_000)
  const messages = subscribers.map(async (subscriber) => ({
    url: subscriber.url,
    body,
    headers: {
      'Content-Type': 'application/json',
      [SIGNATURE_HEADER]: await sign(subscriber.signingSecret, seconds, body),
    },
    deduplicationId: (await sha256(`${id} ${subscriber.id}`)).slice(0, 32),
    ...WITHIN_AN_HOUR,
  }))
  const answers = await services.qstash.batch(await Promise.all(messages))
  // one that QStash refuses does not keep the others from being told
  for (const answer of answers.flat())
    if ('error' in answer) console.error('A subscriber could not be told.', answer.error)
}
