/**
 * Refreshes that nobody asks for. The cron sends the turns that are due (QStash waits until the second), their deliveries
 * carry them out as runs and make the next turn. What is lost on the way is sent again by a later cron; what comes twice
 * finds that its turn has ended.
 */
import * as z from 'zod/mini'
import { describeError } from '../../core/describe-error.ts'
import { ApiError, cannotPass } from '../../core/errors.ts'
import { flowControl } from '../../ports/flow-control.ts'
import { WITHIN_SECONDS } from '../../ports/retries.ts'
import { type RunMessage, type RunRequest, startHere } from '../../refresh/queue.ts'
import type { Services } from '../../services.ts'
import { type CurrentTurn, endTurn, findTurn, type Turn, takeTurns, untakeTurns } from '../../store/schedules.ts'
import type { SystemCtx } from '../ctx.ts'
import { rowId } from '../deliveries.ts'
import { NOT_NARROWED } from './narrowing.ts'
import { notifyFailed } from './notify.ts'
import { prepareInsight } from './read.ts'
import { deliverRun, failRun } from './run.ts'

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
  const options = { aheadMs: AHEAD_MS, lostAfterMs: LOST_AFTER_MS, limit: PER_CRON, perProject: PER_PROJECT }
  const turns = await takeTurns(services.db, { now: services.now(), ...options })
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
  const outcome = await refresh(services, current, turn)
  if (typeof outcome === 'string') await makeNext(services, turn)
  return outcome
}

/** Ends a turn that failed for good, or that QStash gave up; its subscribers are told. Safe to repeat. */
export async function failTurn({ services }: SystemCtx, turn: Turn, reason: string): Promise<void> {
  const current = await findTurn(services.db, turn)
  if (!current) return
  const run = await start(services, current, turn)
  if (run && run !== 'under way') await failRun({ services, actor: { kind: 'system' } }, run, reason)
  await makeNext(services, turn)
}

async function makeNext(services: Services, turn: Turn): Promise<void> {
  const next = await endTurn(services.db, turn, { now: services.now(), aheadMs: AHEAD_MS })
  if (next) await sendTurns(services, [next])
}

async function refresh(services: Services, current: CurrentTurn, turn: Turn): Promise<TurnOutcome> {
  const run = await start(services, current, turn)
  if (run === undefined) return 'not needed'
  if (run === 'under way') return run
  const delivered = await deliverRun({ services, actor: { kind: 'system' } }, run)
  switch (delivered.kind) {
    case 'locked':
      return { againInMs: delivered.forMs }
    case 'cancelled':
      return 'cancelled'
    // by a newer run, which computes the result
    case 'superseded':
      return 'under way'
    default:
      return 'refreshed'
  }
}

/** The run of a turn, or of a delivery before. Undefined: there is nothing to compute; who wants to know was told. */
async function start(
  services: Services,
  { project, insight }: CurrentTurn,
  { turn, dueAt }: Turn,
): Promise<RunMessage | 'under way' | undefined> {
  const runId = `turn-${turn}`
  const ctx = { services, project, actor: { kind: 'system' } } as const
  const query = await prepareInsight(ctx, insight, NOT_NARROWED)
  if (!query) return undefined
  if (query instanceof ApiError) {
    if (!cannotPass(query)) throw query
    const now = services.now().toISOString()
    const status = { runId, startTime: now, endTime: now, errorMessage: query.detail }
    if (insight.subscribed) await notifyFailed(services, project.id, insight.id, status)
    return undefined
  }
  const request: RunRequest = {
    statusId: query.key,
    cacheKey: query.key,
    query: query.query,
    insightId: insight.id,
    subscribed: insight.subscribed,
  }
  return (await startHere(services, project, request, { runId, wantedAt: dueAt })) ?? 'under way'
}
