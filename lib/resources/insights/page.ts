/** Many insights in one answer, a page of a list or a dashboard: the refresh mode applied to each. */

import { ApiError } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import { carryOut, judge, type QueryAnswer } from '../../refresh/answer.ts'
import { limiterOf } from '../../refresh/limits.ts'
import type { Decision, Wish } from '../../refresh/policy.ts'
import type { PreparedQuery } from '../../refresh/prepare.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import type { PageCtx } from '../ctx.ts'
import { presentStatus } from '../queries/present-query.ts'
import { withOwnRun } from '../viewers/runs.ts'
import { withoutCause } from '../viewers/without-cause.ts'
import type { Narrowing } from './narrowing.ts'
import { notifyAfterResponse } from './notify.ts'
import { readPage } from './page-results.ts'
import { presentInsight } from './present-insight.ts'
import { prepareInsight, subscribedTo } from './read.ts'

const COMPUTED = 10
const AT_ONCE = 4
const WITHIN_MS = 20_000
/** An insight, and the dashboard or request that narrows it. */
export interface PageItem {
  readonly row: InsightRow
  readonly narrowing: Narrowing
}

interface PageAnswer {
  readonly answer: QueryAnswer | null
  readonly error: ApiError | null
}

/**
 * The results of a page: all look-ups in one call, in two when some are large. At most 10 are computed, 4 at a time,
 * within 20 s; the others get a background run. One insight that fails carries its error; the page does not fail.
 */
async function answerPage(ctx: PageCtx, items: readonly PageItem[], wish: Wish): Promise<PageAnswer[]> {
  const { services, project } = ctx
  const limiter = limiterOf(ctx)
  const cachedAfter = ctx.actor.kind === 'key' ? undefined : ('throttled' as const)
  const prepared = await Promise.all(items.map(({ row, narrowing }) => prepareInsight(ctx, row, narrowing)))
  const lookups = await readPage(services, project.id, prepared)
  const started = services.now().getTime()
  const leftMs = () => WITHIN_MS - (services.now().getTime() - started)
  let computed = 0
  const answers: PageAnswer[] = items.map(() => ({ answer: null, error: null }))
  const answerItem = async (
    index: number,
    { row, narrowing }: PageItem,
    query: PreparedQuery,
  ): Promise<QueryAnswer> => {
    const subscribed = subscribedTo(ctx, row, narrowing)
    const options = { insightId: row.id, subscribed, limiter, cachedAfter }
    const lookup = lookups[index]
    if (lookup instanceof ApiError) throw lookup
    const found = await judge(services, project, query, wish, lookup)
    const { decision } = found
    const answer = (decision: Decision, withinMs?: number) =>
      carryOut(services, project, query, { ...options, withinMs }, { ...found, decision })
    if (decision.do !== 'compute') return answer(decision)
    if (computed >= COMPUTED || leftMs() <= 0) return answer(decision.instead)
    computed++
    const result = await answer(decision, leftMs()).catch((error) => {
      if (leftMs() <= 0 && error instanceof ApiError && error.status >= 500) return answer(decision.instead)
      throw error
    })
    if (subscribed) notifyAfterResponse(services, row, result)
    return result
  }
  let next = 0
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const query = prepared[index]
      const item = items[index]
      if (!query || !item) continue
      if (query instanceof ApiError) {
        answers[index] = { answer: null, error: wish.mode === 'force_cache' ? null : query }
        continue
      }
      answers[index] = await answerItem(index, item, query).then(
        (answer) => ({ answer, error: null }),
        (error) => {
          if (error instanceof ApiError && error.status < 500) return { answer: null, error }
          throw error
        },
      )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return answers
}

/** A page of insights as the API shows them. `wish` null: without results. */
export const presentPage = async (ctx: PageCtx, items: readonly PageItem[], wish: Wish | null) =>
  (await answeredPage(ctx, items, wish)).map(({ insight }) => insight)

/** The same, each insight with its result. */
export async function answeredPage(ctx: PageCtx, items: readonly PageItem[], wish: Wish | null) {
  const { services, project } = ctx
  const answers = wish === null ? [] : await answerPage(ctx, items, wish)
  const present = async ({ row, narrowing }: PageItem, index: number) => {
    const { answer: found = null, error = null } = answers[index] ?? {}
    const shown = ctx.actor.kind === 'key' ? error : withoutCause(error)
    const failure = shown && failedStatus(services, project, row, shown.detail)
    const answer = await withOwnRun(ctx, row.id, found)
    return { insight: presentInsight(row, ctx, { answer, narrowing, failure }), entry: found?.entry ?? null }
  }
  return Promise.all(items.map(present))
}

function failedStatus(services: Services, project: Project, row: InsightRow, message: string) {
  const now = services.now().toISOString()
  return presentStatus(project.id, {
    id: row.short_id,
    runId: row.short_id,
    cacheKey: '',
    complete: true,
    error: true,
    errorMessage: message,
    startTime: now,
    pickupTime: now,
    endTime: now,
    insightId: row.id,
  })
}
