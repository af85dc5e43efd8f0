import { ApiError, notFound } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import { convertFilters, unwrapFilters } from '../../nodes/legacy/filters.ts'
import { insightRecords } from '../../records/insights.ts'
import type { Recorded } from '../../records/record.ts'
import { fillRecords } from '../../records/write.ts'
import { type AnswerRequest, missing, type QueryAnswer, refreshQuery } from '../../refresh/answer.ts'
import { cacheKey } from '../../refresh/key.ts'
import { type PreparedQuery, prepareQuery } from '../../refresh/prepare.ts'
import type { Services } from '../../services.ts'
import { findInsight, type InsightRow } from '../../store/insights.ts'
import { type InsightContext, isEmpty, withContext } from './context.ts'
import { tellAfterResponse } from './tell.ts'

export interface InsightRequest extends AnswerRequest {
  readonly uncomputable?: 'refused' | 'no result'
}

/** An insight from its record, else from Postgres. Throws 404 for one that is not there or is deleted. */
export async function readInsight(
  services: Services,
  project: Project,
  ref: string,
  recorded: Recorded<InsightRow>,
): Promise<InsightRow> {
  const known = recorded && recorded !== 'gone' ? recorded.value : undefined
  const row = known ?? (await findInsight(services.db, project.id, ref))
  if (!row || row.project_id !== project.id) throw notFound()
  if (!known) fillRecords(services, insightRecords(row))
  if (row.deleted) throw notFound()
  return row
}

/**
 * The result of an insight in the way the mode asks. A stored query that cannot be computed gives an answer without a
 * result when `uncomputable` says so (unless given: when the mode is `force_cache`); else throws its 400.
 */
export async function answerInsight(
  services: Services,
  project: Project,
  row: InsightRow,
  context: InsightContext,
  request: InsightRequest,
): Promise<QueryAnswer> {
  const { uncomputable = request.mode === 'force_cache' ? 'no result' : 'refused', ...asked } = request
  const query = await prepareInsight(services, project, row, context)
  if (!query) return missing(await cacheKey(project, { id: null }))
  if (query instanceof ApiError) {
    if (uncomputable === 'refused' || query.status !== 400) throw query
    // a query that cannot be computed has a key all the same
    return missing(await cacheKey(project, row.query ?? row.filters))
  }
  const subscribed = isEmpty(context) ? row.subscribed : undefined
  const answer = await refreshQuery(services, project, query, { ...asked, insightId: row.id, subscribed })
  if (subscribed) tellAfterResponse(services, row, answer)
  return answer
}

/** The query of an insight in its context, with its key; undefined for an insight that has none, an error that says why it cannot be computed. */
export async function prepareInsight(
  services: Services,
  project: Project,
  row: InsightRow,
  context: InsightContext,
): Promise<PreparedQuery | ApiError | undefined> {
  try {
    const query = withContext(queryOf(row), context)
    return query ? await prepareQuery(project, query, services.now()) : undefined
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
