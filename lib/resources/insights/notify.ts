/**
 * Events for the subscribers of an insight, which QStash delivers and retries. The id of an event is made of the
 * refresh, so that publishing it twice is safe: QStash delivers it once within its window of deduplication.
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

/** Waits before the second and third attempt, after the response of a request. */
const TRIES_AFTER_MS = [500, 5_000]
const UNEXPLAINED = 'A server error occurred.'

interface RefreshOutcome {
  readonly type: RefreshEvent
  /** Distinguishes the event from other events of the insight; part of its id. */
  readonly identity: string
  /** ISO, in UTC. */
  readonly at: string
  /** The fields of the event beside those that every event has. */
  readonly details: object
}

/** Publishes that an insight has a new result, which is cached under `key`. Throws 503 if it cannot be published. */
export const notifyRefreshed = (
  services: Services,
  projectId: number,
  insightId: number,
  key: string,
  entry: CacheEntry,
): Promise<void> =>
  publish(services, projectId, insightId, {
    type: 'insight.refreshed',
    identity: `${key} ${entry.lastRefresh}`,
    at: new Date(entry.lastRefresh).toISOString(),
    details: { summary: summarize(entry) },
  })

/** Publishes, after the response, the result that a request has computed; does nothing if it came from the cache. */
export function notifyAfterResponse(services: Services, row: InsightRow, answer: QueryAnswer): void {
  if (answer.kind !== 'computed') return
  const { key, entry } = answer
  // a request is not repeated as a delivery is, so it tries again by itself
  const published = again(() => notifyRefreshed(services, row.project_id, row.id, key, entry), TRIES_AFTER_MS)
  services.waitUntil(published.catch((error) => console.error('Subscribers were not told.', describeError(error))))
}

/** Publishes that a background run has failed. Throws 503 if it cannot be published. */
export const notifyFailed = (
  services: Services,
  projectId: number,
  insightId: number,
  { runId, endTime, startTime, errorMessage }: Pick<RunStatus, 'runId' | 'endTime' | 'startTime' | 'errorMessage'>,
): Promise<void> =>
  publish(services, projectId, insightId, {
    type: 'insight.refresh_failed',
    identity: runId,
    at: endTime ?? startTime,
    details: { summary: null, error: errorMessage ?? UNEXPLAINED },
  })

async function publish(
  services: Services,
  projectId: number,
  insightId: number,
  outcome: RefreshOutcome,
): Promise<void> {
  const { type, identity, at, details } = outcome
  const subscribers = await findSubscribers(services.db, projectId, insightId, type)
  const [first] = subscribers
  if (!first) return
  const id = `evt_${(await sha256(`${projectId} ${insightId} ${type} ${identity}`)).slice(0, 32)}`
  const url = `${services.env.PUBLIC_URL}/api/projects/${projectId}/insights/${insightId}/`
  const insight = { id: insightId, short_id: first.shortId, name: first.name, url }
  const body = JSON.stringify({ id, type, created_at: at, project_id: projectId, insight, ...details })
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
  // QStash may refuse one message and take the others
  for (const answer of answers.flat())
    if ('error' in answer) console.error('A subscriber could not be told.', answer.error)
}
