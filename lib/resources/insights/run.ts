/**
 * Deliveries of background runs: compute the result, then notify the subscribers of the insight, each at least once.
 */

import * as z from 'zod/mini'
import { describeError } from '../../core/describe-error.ts'
import { ForcedFiltersSchema } from '../../nodes/forced-filters.ts'
import { waitingInFlow } from '../../ports/flow-control.ts'
import { parseRecord, RECORD_TTL_SECONDS, recordKey } from '../../records/record.ts'
import { entryKey, unpackEntry } from '../../refresh/entry.ts'
import { readLeader } from '../../refresh/leader.ts'
import type { RunMessage } from '../../refresh/queue.ts'
import { type Delivered, type GivenUp, giveUpRun, receiveRun } from '../../refresh/run.ts'
import { endLost, forgetLost, type LostRun, nearlyLost, prolong } from '../../refresh/run-state.ts'
import type { RunStatus } from '../../refresh/status.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import type { SystemCtx } from '../ctx.ts'
import { rowId } from '../deliveries.ts'
import { notifyFailed, notifyRefreshed } from './notify.ts'

/** The message of a run, as `enqueueRun` publishes it. */
export const runMessage = z.object({
  projectId: rowId,
  statusId: z.string(),
  runId: z.string(),
  cacheKey: z.string(),
  enqueuedAt: z.int().check(z.gte(0)).check(z.lte(8_640_000_000_000_000)),
  query: z.unknown(),
  forced: z.optional(ForcedFiltersSchema),
  timezone: z.optional(z.string()),
  insightId: z.nullish(rowId),
  insight: z.optional(z.object({ id: rowId, subscribed: z.boolean() })),
  mayBeUnmoved: z.optional(z.literal(true)),
}) satisfies z.ZodMiniType<RunMessage>

/**
 * Handles a delivery: computes the run, then notifies the subscribers. Safe to repeat. Throws the errors of either
 * step; QStash then delivers the message again.
 */
export async function deliverRun({ services }: SystemCtx, message: RunMessage): Promise<Delivered> {
  const { outcome, record } = await receiveRun(services, message, insightKey(message))
  await notifyOutcome(services, message, outcome, record)
  return outcome
}

/**
 * Ends a run that QStash has given up, as failed if it has not ended before, and notifies the subscribers. `reason` is
 * the message of the error. Throws the errors of either step.
 */
export async function failRun({ services }: SystemCtx, message: RunMessage, reason: string): Promise<void> {
  const { outcome, record } = await giveUpRun(services, message, reason, insightKey(message))
  await notifyOutcome(services, message, outcome, record)
}

const insightKey = ({ projectId, insight }: RunMessage): string | undefined =>
  insight && recordKey.insight(projectId, insight.id)

async function notifyOutcome(
  services: Services,
  message: RunMessage,
  outcome: Delivered | GivenUp,
  record: string | null,
): Promise<void> {
  const { projectId, insight } = message
  if (!insight || !mayHaveSubscribers(services, message, record)) return
  switch (outcome.kind) {
    case 'computed':
    case 'found':
      return notifyRefreshed(services, projectId, insight.id, outcome.key, outcome.entry)
    case 'failed':
      return notifyFailed(services, projectId, insight.id, outcome.status)
    // an earlier delivery may have stored the result and then ended before it notified anybody
    case 'ended before':
      return notifyAgain(services, projectId, insight.id, outcome.status)
  }
}

async function notifyAgain(services: Services, projectId: number, insightId: number, status: RunStatus): Promise<void> {
  if (status.error) return notifyFailed(services, projectId, insightId, status)
  const [text] = await readLeader(services, [entryKey(projectId, status.cacheKey)])
  const entry = await unpackEntry(text)
  if (entry) await notifyRefreshed(services, projectId, insightId, status.cacheKey, entry)
}

/**
 * Whether the insight may have subscribers, by `text`, the record of the insight. If the record has expired, the answer
 * is that of the message, which is reliable for as long as a record lives.
 */
function mayHaveSubscribers(services: Services, { insight, enqueuedAt }: RunMessage, text: string | null): boolean {
  const record = parseRecord<InsightRow>(text)
  if (!insight || record === 'gone') return false
  if (record) return record.value.subscribed
  // the record is withheld or outdated: the insight is being changed
  if (text !== null) return true
  // a new subscription would have written a record, which would not have expired yet
  const isRecent = services.now().getTime() - enqueuedAt < RECORD_TTL_SECONDS * 1_000
  return insight.subscribed || !isRecent
}

const LOST_BATCH = 100
const MAX_LOST = 1_000

/** More than the time between two calls of the cron. */
const NEAR_MS = 90_000
const MAX_ASKED = 20

/** Runs that wait for their turn in QStash, as other runs of their project take long, are not lost. */
async function prolongWaiting(services: Services): Promise<void> {
  const keys = await nearlyLost(services, NEAR_MS, MAX_LOST)
  const projectOf = (key: string) => Number(key.split(':')[1])
  const projects = [...new Set(keys.map(projectOf))].slice(0, MAX_ASKED)
  const waiting = await Promise.all(projects.map((id) => waitingInFlow(services, id, 'runs')))
  const alive = keys.filter((key) => (waiting[projects.indexOf(projectOf(key))] ?? 0) > 0)
  if (alive.length > 0) await prolong(services, alive)
}

/**
 * Called by the cron: ends runs that stopped without an outcome as failed, and notifies the subscribers, up to 1000
 * runs.
 */
export async function endLostRuns({ services }: SystemCtx): Promise<void> {
  await prolongWaiting(services).catch((error) => console.warn('Runs were not prolonged.', describeError(error)))
  for (let ended = 0; ended < MAX_LOST; ended += LOST_BATCH) {
    const runs = await endLost(services, LOST_BATCH)
    const notified = await Promise.allSettled(runs.map((run) => notifyLost(services, run)))
    // runs whose subscribers could not be notified are left to the next cron
    if (runs.length < LOST_BATCH || notified.some(({ status }) => status === 'rejected')) return
  }
}

async function notifyLost(services: Services, run: LostRun): Promise<void> {
  const { insightId, isRefresh } = run.status
  const [, projectId] = run.key.split(':')
  if (insightId !== null && isRefresh) await notifyFailed(services, Number(projectId), insightId, run.status)
  await forgetLost(services, run)
}
