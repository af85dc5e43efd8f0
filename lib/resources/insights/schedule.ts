/**
 * Refreshes that nobody asks for. The cron sends the turns that are due (QStash waits until the second), their deliveries
 * carry them out as runs and make the next turn. What is lost on the way is sent again by a later cron; what comes twice
 * finds that its turn has ended.
 */
import * as z from 'zod/mini'
import { describeError } from '../../core/describe-error.ts'
import { flowControl } from '../../ports/flow-control.ts'
import { WITHIN_SECONDS } from '../../ports/retries.ts'
import { type CacheEntry, entryKey } from '../../refresh/entry.ts'
import { lookUp } from '../../refresh/lookup.ts'
import { cacheTargetAge, freshness } from '../../refresh/policy.ts'
import type { Delivered } from '../../refresh/run.ts'
import { statusKey } from '../../refresh/status.ts'
import type { Services } from '../../services.ts'
import { type CurrentTurn, endTurn, findTurn, type Turn, takeTurns, untakeTurns } from '../../store/schedules.ts'
import type { SystemCtx } from '../ctx.ts'
import { rowId } from '../deliveries.ts'
import { carryOut, giveUp, type Refresh, shownRefreshes, wholeRefresh } from './turn-run.ts'

export const TURN_PATH = '/api/qstash/turn'
export const TURN_FAILED_PATH = '/api/qstash/turn_failed'

const instant = z.int().check(z.gte(0)).check(z.lte(8_640_000_000_000_000))

/** The message of a turn. What is refreshed, and whether still, is read when it is delivered. */
export const turnMessage = z.object({
  projectId: rowId,
  insightId: rowId,
  turn: z.int().check(z.gte(1)),
  dueAt: instant,
}) satisfies z.ZodMiniType<Turn>

/** Insights that were read in the last so many milliseconds are kept warm. */
const READ_WITHIN_MS = 24 * 3_600_000
/** When a warm insight is looked at again whose result never becomes stale. */
const MAX_WARM_MS = 24 * 3_600_000
/** When one is looked at again of which there is no result, as its refresh failed or somebody else does it. */
const WARM_AGAIN_MS = 10 * 60_000

/** The time between two calls of the cron: what is due before the next one is sent now. */
const AHEAD_MS = 60_000
/** More than all tries of a delivery take. */
const LOST_AFTER_MS = 5 * 60_000
const PER_CRON = 1_000
/** One project uses no more of a cron than its flow lets through in a minute. */
const PER_PROJECT = 300
const PER_CALL = 100

/** Called by the cron: sends the turns that are due. Those that cannot be sent are left to the next cron. */
export async function sendDueTurns({ services }: SystemCtx): Promise<void> {
  const turns = await takeTurns(services.db, {
    now: services.now(),
    aheadMs: AHEAD_MS,
    lostAfterMs: LOST_AFTER_MS,
    limit: PER_CRON,
    perProject: PER_PROJECT,
    readWithinMs: READ_WITHIN_MS,
    warmPerHour: services.env.WARM_PER_HOUR,
  })
  for (let at = 0; at < turns.length; at += PER_CALL) await sendTurns(services, turns.slice(at, at + PER_CALL))
}

async function sendTurns(services: Services, turns: readonly Turn[]): Promise<void> {
  const unsent = await publishTurns(services, turns).catch((error) => {
    console.error('Turns could not be sent.', describeError(error))
    return turns
  })
  if (unsent.length > 0) await untakeTurns(services.db, unsent)
}

/** Returns the turns that QStash has refused. */
async function publishTurns({ env, qstash, now }: Services, turns: readonly Turn[]): Promise<readonly Turn[]> {
  const sentAt = now().getTime()
  const answers = await qstash.batchJSON(
    turns.map(({ projectId, insightId, turn, dueAt }) => ({
      url: env.PUBLIC_URL + TURN_PATH,
      body: { projectId, insightId, turn, dueAt: Math.floor(dueAt) },
      ...(dueAt > sentAt ? { delay: Math.ceil((dueAt - sentAt) / 1_000) } : {}),
      ...WITHIN_SECONDS,
      ...flowControl(env, projectId, 'runs'),
      timeout: Math.ceil(env.STATEMENT_TIMEOUT_MS / 1_000) + 15,
      failureCallback: env.PUBLIC_URL + TURN_FAILED_PATH,
    })),
  )
  return turns.filter((_, index) => [answers[index]].flat().some((answer) => !answer || 'error' in answer))
}

/** What became of a delivery: a word, or when QStash shall come again, as another run computes the result. */
export type TurnOutcome = 'refreshed' | 'not needed' | 'under way' | 'cancelled' | { readonly againInMs: number }

/** Carries out a turn and makes the next one. Safe to repeat. Throws what may pass; QStash then delivers again. */
export async function deliverTurn({ services }: SystemCtx, turn: Turn): Promise<TurnOutcome> {
  const current = await findTurn(services.db, turn)
  if (!current) return 'not needed'
  let outcome: TurnOutcome = 'not needed'
  let warmDueAt = services.now().getTime() + MAX_WARM_MS
  for (const refresh of await refreshesOf(services, current, turn)) {
    const known = isWarm(current) ? await freshEntry(services, current, refresh) : undefined
    const delivered = known ? undefined : await carryOut(services, current, refresh, turn.dueAt)
    if (delivered?.kind === 'locked') return { againInMs: delivered.forMs }
    if (!known) outcome = outcomeOf(delivered)
    const entry = known ?? (delivered && 'entry' in delivered ? delivered.entry : undefined)
    warmDueAt = Math.min(warmDueAt, entry ? staleAt(entry) : services.now().getTime() + WARM_AGAIN_MS)
  }
  await makeNext(services, turn, warmDueAt)
  return outcome
}

function outcomeOf(delivered: Exclude<Delivered, { readonly kind: 'locked' }> | undefined) {
  // a newer run took its place, and computes the result
  if (!delivered || delivered.kind === 'superseded') return 'under way'
  return delivered.kind === 'cancelled' ? 'cancelled' : 'refreshed'
}

/** Ends a turn that failed for good, or that QStash gave up; its subscribers are told. Safe to repeat. */
export async function failTurn({ services }: SystemCtx, turn: Turn, reason: string): Promise<void> {
  const current = await findTurn(services.db, turn)
  if (!current) return
  for (const refresh of await refreshesOf(services, current, turn))
    await giveUp(services, current, refresh, turn.dueAt, reason)
  await makeNext(services, turn, services.now().getTime() + WARM_AGAIN_MS)
}

async function makeNext(services: Services, turn: Turn, warmDueAt: number): Promise<void> {
  const next = await endTurn(services.db, turn, { now: services.now(), aheadMs: AHEAD_MS, warmDueAt })
  if (next) await sendTurns(services, [next])
}

const isWarm = ({ insight }: CurrentTurn) => insight.refresh_interval === null

const refreshesOf = (services: Services, current: CurrentTurn, turn: Turn) =>
  isWarm(current) ? shownRefreshes(services, current, turn) : wholeRefresh(services, current, turn)

/** The result of a warm insight while nobody who reads it would have it computed. */
async function freshEntry(services: Services, { project }: CurrentTurn, { query }: Refresh) {
  const keys = [entryKey(project.id, query.key), statusKey(project.id, query.key)] as const
  const { entry } = await lookUp(services, keys)
  return freshness(entry, services.now().getTime()) === 'fresh' ? entry : undefined
}

/** When a result becomes stale, in milliseconds; that of a closed range never does. */
function staleAt(entry: CacheEntry): number {
  if (freshness(entry, Number.MAX_SAFE_INTEGER) === 'fresh') return Number.POSITIVE_INFINITY
  return Date.parse(cacheTargetAge(entry)) + 1
}
