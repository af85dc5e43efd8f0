import { ApiError, notFound } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import { convertFilters, unwrapFilters } from '../../nodes/legacy/filters.ts'
import { fillRecords, type Recorded } from '../../records/records.ts'
import { type AnswerRequest, answerQuery, type QueryAnswer } from '../../refresh/answer.ts'
import { cacheKey } from '../../refresh/key.ts'
import { decide, type RefreshMode } from '../../refresh/policy.ts'
import { prepareQuery } from '../../refresh/prepare.ts'
import type { Services } from '../../services.ts'
import { findInsight, type InsightRow } from '../../store/insights.ts'
import { type InsightContext, isEmpty, withContext } from './context.ts'
import { insightRecords } from './records.ts'
import { tellAfterResponse } from './tell.ts'

/** An insight from its record, else from Postgres. Throws 404 for one that is not there or is deleted. */
export async function readInsight(
  services: Services,
  project: Project,
  ref: string,
  recorded: Recorded<unknown>,
): Promise<InsightRow> {
  const known = recorded && recorded !== 'gone' ? (recorded.value as InsightRow) : undefined
  const row = known ?? (await findInsight(services.db, project.id, ref))
  if (!row || row.project_id !== project.id) throw notFound()
  if (!known) fillRecords(services, insightRecords(row))
  if (row.deleted) throw notFound()
  return row
}

/**
 * The result of an insight in the way the mode asks. A query that is stored and
 * cannot be computed gives no result on reads; a mode that computes or enqueues throws its 400.
 */
export async function answerInsight(
  services: Services,
  project: Project,
  row: InsightRow,
  context: InsightContext,
  request: AnswerRequest,
): Promise<QueryAnswer> {
  const { mode } = request
  try {
    const query = withContext(queryOf(row), context)
    if (!query) return { key: await cacheKey(project, { id: null }), entry: null, isCached: false, status: null }
    const prepared = await prepareQuery(project, query, services.now())
    const subscribed = isEmpty(context) ? row.subscribed : undefined
    const answer = await answerQuery(services, project, prepared, { ...request, insightId: row.id, subscribed })
    if (subscribed) tellAfterResponse(services, row, answer)
    return answer
  } catch (error) {
    if (!onlyReads(mode) || !(error instanceof ApiError) || error.status !== 400) throw error
    // what cannot be computed yet has a key all the same
    return { key: await cacheKey(project, row.query ?? row.filters), entry: null, isCached: false, status: null }
  }
}

function onlyReads(mode: RefreshMode): boolean {
  const onMiss = decide(mode, 'miss')
  return !onMiss.compute && onMiss.enqueue === 'no'
}

/** The query of an insight: as stored, else converted from its filters; undefined for one that has neither. */
export function queryOf({ query, filters }: InsightRow): unknown {
  if (isFilled(query)) return query
  const legacy = unwrapFilters(filters)
  return legacy && convertFilters(legacy)
}

const isFilled = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
