/** Background runs and what follows from them: the subscribers of the insight are told, each of them at least once. */
import * as z from 'zod'
import { parseRecord, RECORD_TTL_SECONDS, recordKey } from '../../records/record.ts'
import { entryKey, unpackEntry } from '../../refresh/entry.ts'
import { readLeader } from '../../refresh/leader.ts'
import type { RunMessage } from '../../refresh/queue.ts'
import { type Delivered, type GivenUp, giveUpRun, receiveRun } from '../../refresh/run.ts'
import { endLost, forgetLost, type LostRun } from '../../refresh/run-state.ts'
import type { RunStatus } from '../../refresh/status.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import { rowId } from '../deliveries.ts'
import { notifyFailed, notifyRefreshed } from './notify.ts'

/** The message of a run, as `enqueueRun` publishes it. */
export const runMessage = z.object({
  projectId: rowId,
  statusId: z.string(),
  runId: z.string(),
  cacheKey: z.string(),
  enqueuedAt: z.int().min(0).max(8_640_000_000_000_000),
  query: z.unknown(),
  insightId: rowId.nullish(),
  insight: z.object({ id: rowId, subscribed: z.boolean() }).optional(),
}) satisfies z.ZodType<RunMessage>

/** A delivery: the run, then its subscribers. Throws what either throws; then another delivery does what is left. */
export async function deliverRun(services: Services, message: RunMessage): Promise<Delivered> {
  const { outcome, record } = await receiveRun(services, message, insightKey(message))
  await tellOutcome(services, message, outcome, record)
  return outcome
}

/** Ends a run that QStash gave up, as failed unless it ended otherwise; tells the subscribers. Throws what either throws. */
export async function failRun(services: Services, message: RunMessage, reason: string): Promise<void> {
  const { outcome, record } = await giveUpRun(services, message, reason, insightKey(message))
  await tellOutcome(services, message, outcome, record)
}

const insightKey = ({ projectId, insight }: RunMessage): string | undefined =>
  insight && recordKey.insight(projectId, insight.id)

async function tellOutcome(
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
    // that delivery may have ended between storing and telling
    case 'ended before':
      return tellAgain(services, projectId, insight.id, outcome.status)
  }
}

async function tellAgain(services: Services, projectId: number, insightId: number, status: RunStatus): Promise<void> {
  if (status.error) return notifyFailed(services, projectId, insightId, status)
  const [text] = await readLeader(services, [entryKey(projectId, status.cacheKey)])
  const entry = await unpackEntry(text)
  if (entry) await notifyRefreshed(services, projectId, insightId, status.cacheKey, entry)
}

/** Whether somebody may have to be told, by the record of the insight; only one that has expired leaves it to Postgres. */
function mayHaveSubscribers(services: Services, { insight, enqueuedAt }: RunMessage, text: string | null): boolean {
  const record = parseRecord<InsightRow>(text)
  if (!insight || record === 'gone') return false
  if (record) return record.value.subscribed
  // there is a record and it says nothing: the insight is being changed
  if (text !== null) return true
  // a subscription since then wrote a record, which would still be there
  const isRecent = services.now().getTime() - enqueuedAt < RECORD_TTL_SECONDS * 1_000
  return insight.subscribed || !isRecent
}

const LOST_AT_ONCE = 100
const MOST_LOST = 1_000

/** The cron: runs without a sign of life end as failed, and their subscribers are told. */
export async function endLostRuns(services: Services): Promise<void> {
  for (let ended = 0; ended < MOST_LOST; ended += LOST_AT_ONCE) {
    const runs = await endLost(services, LOST_AT_ONCE)
    const told = await Promise.allSettled(runs.map((run) => tellLost(services, run)))
    // the next cron tells those that nobody could be told of now
    if (runs.length < LOST_AT_ONCE || told.some(({ status }) => status === 'rejected')) return
  }
}

async function tellLost(services: Services, run: LostRun): Promise<void> {
  const { insightId, isRefresh } = run.status
  const [, projectId] = run.key.split(':')
  if (insightId !== null && isRefresh) await notifyFailed(services, Number(projectId), insightId, run.status)
  await forgetLost(services, run)
}
