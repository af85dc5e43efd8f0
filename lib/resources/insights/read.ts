import { ApiError, notFound } from '../../core/errors.ts'
import { convertFilters, unwrapFilters } from '../../nodes/legacy/filters.ts'
import { insightRecords } from '../../records/insights.ts'
import type { Recorded } from '../../records/record.ts'
import { fillRecords } from '../../records/write.ts'
import { type AnswerRequest, missing, type QueryAnswer, refreshQuery } from '../../refresh/answer.ts'
import { cacheKey } from '../../refresh/key.ts'
import { limiterOf } from '../../refresh/limits.ts'
import { type PreparedQuery, prepareQuery } from '../../refresh/prepare.ts'
import { findInsightToRead, type InsightRow } from '../../store/insights.ts'
import { forcedOf, type ProjectCtx, zoneOf } from '../ctx.ts'
import { isEmpty, type Narrowing, narrowQuery } from './narrowing.ts'
import { notifyAfterResponse } from './notify.ts'

/** How the result of an insight is asked for; it counts for the actor of the context. */
export interface InsightRequest extends Pick<AnswerRequest, 'mode' | 'maxAge' | 'statusId' | 'cachedAfter' | 'read'> {
  readonly uncomputable?: 'refused' | 'no result'
}

/** An insight by its number or short id: from its record, else from Postgres. Throws 404 if there is none or it is deleted. */
export async function readInsight(
  { services, project }: ProjectCtx,
  ref: string,
  recorded: Recorded<InsightRow>,
): Promise<InsightRow> {
  const known = recorded && recorded !== 'gone' ? recorded.value : undefined
  const row = known ?? (await findInsightToRead(services.db, project.id, ref))
  if (!row || row.project_id !== project.id) throw notFound()
  if (!known) fillRecords(services, insightRecords(row))
  if (row.deleted) throw notFound()
  return row
}

/**
 * The result of an insight, cached or computed as the mode asks. If the stored query cannot be computed, the answer has no
 * result or the 400 is thrown, as `uncomputable` says; unless given, only `force_cache` has no result.
 */
export async function answerInsight(
  ctx: ProjectCtx,
  row: InsightRow,
  narrowing: Narrowing,
  request: InsightRequest,
): Promise<QueryAnswer> {
  const { services, project } = ctx
  const { uncomputable = request.mode === 'force_cache' ? 'no result' : 'refused', ...asked } = request
  const query = await prepareInsight(ctx, row, narrowing)
  const forced = forcedOf(ctx)
  if (!query) return missing(await cacheKey(project, { id: null }, forced))
  if (query instanceof ApiError) {
    if (uncomputable === 'refused' || query.status !== 400) throw query
    // a query that cannot be computed has a key all the same
    return missing(await cacheKey(project, row.query ?? row.filters, forced))
  }
  const subscribed = subscribedTo(ctx, row, narrowing)
  const answer = await refreshQuery(services, project, query, {
    ...asked,
    insightId: row.id,
    subscribed,
    limiter: limiterOf(ctx),
  })
  if (subscribed) notifyAfterResponse(services, row, answer)
  return answer
}

/** Whether subscribers are told of a result: undefined for one that is not of the insight as it is. */
export const subscribedTo = (ctx: ProjectCtx, row: InsightRow, narrowing: Narrowing): boolean | undefined =>
  isEmpty(narrowing) && forcedOf(ctx).length === 0 && zoneOf(ctx) === null ? row.subscribed : undefined

/** The narrowed query of an insight, with its key: undefined without a query, an error if it cannot be computed. */
export async function prepareInsight(
  ctx: ProjectCtx,
  row: InsightRow,
  narrowing: Narrowing,
): Promise<PreparedQuery | ApiError | undefined> {
  const { services, project } = ctx
  try {
    const query = narrowQuery(queryOf(row), narrowing)
    return query
      ? await prepareQuery(project, query, { now: services.now(), forced: forcedOf(ctx), timezone: zoneOf(ctx) })
      : undefined
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

/** The query of an insight: as stored, else converted from its filters; undefined for one that has neither. */
export function queryOf({ query, filters }: InsightRow): unknown {
  if (isFilled(query)) return query
  const legacy = unwrapFilters(filters)
  return legacy && convertFilters(legacy)
}

const isFilled = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
