/** Many insights in one answer, a page or a dashboard: the refresh mode applied to each. */

import { ApiError } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import { answerLookup, type QueryAnswer } from '../../refresh/answer.ts'
import { decide, freshness, type RefreshMode } from '../../refresh/policy.ts'
import { type Prepared, prepareQuery } from '../../refresh/prepare.ts'
import { presentStatus } from '../../refresh/status.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import { type InsightContext, isEmpty, withContext } from './context.ts'
import { readPage } from './page-lookups.ts'
import { presentInsight, type Viewer } from './present.ts'
import { queryOf } from './read.ts'
import { tellAfterResponse } from './tell.ts'

const COMPUTED = 10
const AT_ONCE = 4
const WITHIN_MS = 20_000
/** What becomes of a mode that computes when a page has computed enough: a background run, whatever is cached. */
const LATER: Readonly<Record<RefreshMode, RefreshMode>> = {
  force_cache: 'force_cache',
  blocking: 'async',
  async: 'async',
  lazy_async: 'lazy_async',
  async_except_on_cache_miss: 'async',
  force_blocking: 'force_async',
  force_async: 'force_async',
}

/** An insight and what it is looked at through. */
export interface ListItem {
  readonly row: InsightRow
  readonly context: InsightContext
}

export interface ListAnswer {
  readonly answer: QueryAnswer | null
  readonly error: ApiError | null
}

/**
 * The results of a page: all look-ups in one call, in two when some are large. At most 10 are computed, 4 at a time, within 20 s; the others get a
 * background run. One insight that fails carries its error; the page does not fail.
 */
export async function answerPage(
  services: Services,
  project: Project,
  items: readonly ListItem[],
  mode: RefreshMode,
  limiter?: string,
): Promise<ListAnswer[]> {
  const prepared = await Promise.all(items.map((item) => prepare(services, project, item)))
  const lookups = await readPage(services, project.id, prepared)
  const started = services.now().getTime()
  const leftMs = () => WITHIN_MS - (services.now().getTime() - started)
  let computed = 0
  const answers: ListAnswer[] = items.map(() => ({ answer: null, error: null }))
  const answerItem = async (index: number, { row, context }: ListItem, query: Prepared): Promise<QueryAnswer> => {
    const subscribed = isEmpty(context) ? row.subscribed : undefined
    const request = { mode, insightId: row.id, subscribed, limiter }
    const lookup = lookups[index]
    if (lookup instanceof ApiError) throw lookup
    const later = () => answerLookup(services, project, query, { ...request, mode: LATER[mode] }, lookup)
    const computes = decide(mode, freshness(lookup?.entry, services.now().getTime())).compute
    if (computes && (computed >= COMPUTED || leftMs() <= 0)) return later()
    if (computes) computed++
    const answer = await answerLookup(services, project, query, { ...request, withinMs: leftMs() }, lookup).catch(
      (error) => {
        if (computes && leftMs() <= 0 && error instanceof ApiError && error.status >= 500) return later()
        throw error
      },
    )
    if (subscribed) tellAfterResponse(services, row, answer)
    return answer
  }
  let next = 0
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const query = prepared[index]
      const item = items[index]
      if (!query || !item) continue
      if (query instanceof ApiError) {
        answers[index] = { answer: null, error: mode === 'force_cache' ? null : query }
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

/** The same as the API shows it; without a mode as it is stored, and no result of it. */
export async function presentPage(
  services: Services,
  project: Project,
  items: readonly ListItem[],
  mode: RefreshMode | null,
  viewer: Viewer,
  limiter?: string,
) {
  const answers = mode === null ? [] : await answerPage(services, project, items, mode, limiter)
  return items.map(({ row, context }, index) => {
    const { answer = null, error = null } = answers[index] ?? {}
    const failure = error && failedStatus(services, project, row, error.detail)
    return presentInsight(row, viewer, { answer, context, failure })
  })
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

async function prepare(
  services: Services,
  project: Project,
  { row, context }: ListItem,
): Promise<Prepared | ApiError | undefined> {
  try {
    const query = withContext(queryOf(row), context)
    return query ? await prepareQuery(project, query, services.now()) : undefined
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}
