import { type AnswerRequest, answerQuery, type QueryAnswer } from '../../cache/answer.ts'
import { cacheKey } from '../../cache/key.ts'
import { decide, type RefreshMode } from '../../cache/policy.ts'
import { prepareQuery } from '../../cache/prepare.ts'
import { fillRecords, type Recorded, recordKey } from '../../cache/records.ts'
import { ApiError, notFound, notSupported } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import type { Services } from '../../services.ts'
import { findInsight, type InsightRow } from '../../store/insights.ts'

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
  if (!known) fillRecords(services, [[recordKey.insight(project.id, ref), row]])
  if (row.deleted) throw notFound()
  return row
}

/**
 * The result of an insight in the way the mode asks; null for an insight without a query. A query that is stored and
 * cannot be computed gives no result on reads; a mode that computes or enqueues throws its 400.
 */
export async function answerInsight(
  services: Services,
  project: Project,
  row: InsightRow,
  request: AnswerRequest,
): Promise<QueryAnswer | null> {
  if (!hasQuery(row)) return withoutQuery(project, row, request.mode)
  try {
    const prepared = await prepareQuery(project, row.query, services.now())
    return await answerQuery(services, project, prepared, { ...request, insightId: row.id })
  } catch (error) {
    if (onlyReads(request.mode) && error instanceof ApiError && error.status === 400) return null
    throw error
  }
}

function onlyReads(mode: RefreshMode): boolean {
  const onMiss = decide(mode, 'miss')
  return !onMiss.compute && onMiss.enqueue === 'no'
}

/** Legacy filters have a key, and cannot be computed yet; neither filters nor query compute nothing. */
async function withoutQuery(project: Project, row: InsightRow, mode: RefreshMode): Promise<QueryAnswer> {
  const filters = (row.filters ?? {}) as object
  if (!onlyReads(mode) && Object.keys(filters).length > 0)
    throw notSupported('filters', 'Computing an insight from filters')
  return { key: await cacheKey(project, { filters }), entry: null, isCached: false, status: null }
}

export const hasQuery = ({ query }: InsightRow): boolean =>
  typeof query === 'object' && query !== null && Object.keys(query).length > 0
