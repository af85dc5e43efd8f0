/** Many insights in one answer, a page of a list or a dashboard: the refresh mode applied to each. */

import { assert } from '../../core/assert.ts'
import { atOnce } from '../../core/at-once.ts'
import { ApiError } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import { carryOut, type Found, judge, type QueryAnswer } from '../../refresh/answer.ts'
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
  const started = services.now().getTime()
  const leftMs = () => WITHIN_MS - (services.now().getTime() - started)
  const judged = await judgePage(ctx, prepared, wish)
  let computed = 0
  const answerItem = async ({ row, narrowing }: PageItem, { query, found }: Judged): Promise<QueryAnswer> => {
    const subscribed = subscribedTo(ctx, row, narrowing)
    const options = { insightId: row.id, subscribed, limiter, cachedAfter }
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
  return atOnce(AT_ONCE, items, async (item, index): Promise<PageAnswer> => {
    const known = judged[index]
    if (!known) return { answer: null, error: null }
    if (known instanceof ApiError) return { answer: null, error: known }
    return answerItem(item, known).then(
      (answer) => ({ answer, error: null }),
      (error) => {
        if (error instanceof ApiError && error.status < 500) return { answer: null, error }
        throw error
      },
    )
  })
}

interface Judged {
  readonly query: PreparedQuery
  readonly found: Found
}

/** What is found of each query, or why it has no answer; undefined if it is not asked for one. */
async function judgePage(
  { services, project }: PageCtx,
  prepared: readonly (PreparedQuery | ApiError | undefined)[],
  wish: Wish,
): Promise<(Judged | ApiError | undefined)[]> {
  const lookups = await readPage(services, project.id, prepared)
  const lookedUp = prepared.map((query, index) => {
    if (!query || query instanceof ApiError) return wish.mode === 'force_cache' ? undefined : query
    const lookup = lookups[index]
    return lookup instanceof ApiError ? lookup : { query, lookup }
  })
  const asked = lookedUp.flatMap((each) => (each && 'query' in each ? [each] : []))
  const found = await judge(services, project, wish, asked)
  const judged = new Map(asked.map((each, index) => [each, found[index]]))
  return lookedUp.map((each) => {
    if (!each || each instanceof ApiError) return each
    const its = judged.get(each)
    assert(its, 'each query is judged')
    return { query: each.query, found: its }
  })
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
