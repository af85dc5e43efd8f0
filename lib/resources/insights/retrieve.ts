/** `GET insights/:id`: an insight with its result, as an object or as a table. */
import { sourceNode } from '../../nodes/index.ts'
import type { Recorded } from '../../records/record.ts'
import { responseIn } from '../../refresh/entry.ts'
import type { ReadBefore } from '../../refresh/lookup.ts'
import { readWish } from '../../refresh/policy.ts'
import { resultTable } from '../../render/csv.ts'
import type { InsightRow } from '../../store/insights.ts'
import { asKey, asLink, asViewer, forcedOf, type ProjectCtx, type ReaderCtx, zoneOf } from '../ctx.ts'
import { isOn } from '../fields.ts'
import { exportQuery } from '../queries/export.ts'
import { looksOfInsight, presentShared, secondsKept } from '../sharing/shared.ts'
import { insightValidity, LINK_SECONDS } from '../validity.ts'
import { answerViewed } from '../viewers/view.ts'
import { readVisibleInsight } from './authorize.ts'
import { narrowingOf, narrowQuery, readOverrides } from './narrowing.ts'
import { presentBasic, presentInsight } from './present-insight.ts'
import { answerInsight, type InsightRequest, queryOf } from './read.ts'
import { rememberResult } from './reading.ts'
import type { ReadParameters } from './schemas.ts'

export interface RetrieveInput {
  /** Number or short id. */
  readonly ref: string
  readonly recorded: Recorded<InsightRow>
  readonly parameters: ReadParameters
  /** What the request has read already. */
  readonly read: ReadBefore
  /** A client that wants a table waits for it unless it says otherwise. */
  readonly as: 'object' | 'table'
}

/** Throws 404, 403, and as `answerInsight`. `table`: the name and the cells of the result; null for an object and for the basic form; `drawn`: the insight as pictures show it. */
export async function retrieveInsight(ctx: ReaderCtx, { ref, recorded, parameters, read, as }: RetrieveInput) {
  const row = await readVisibleInsight(ctx, ref, recorded)
  const maxAge = maxAgeFor(ctx)
  if (isOn(parameters.basic)) {
    const insight = presentBasic(row, ctx)
    const drawn = () => ({ ...NOTHING_DRAWN, ...insight, looks: undefined })
    return { insight, validity: insightValidity(insight, maxAge), table: null, drawn }
  }
  const { insight, answer } = await answerFor(ctx, row, { parameters, read, as })
  const validity = insightValidity(insight, maxAge)
  const drawn = () => ({ ...insight, result: responseIn(answer), looks: looksOfInsight(row) })
  if (as === 'object') return { insight, validity, table: null, drawn }
  const cells = () => resultTable(responseIn(answer), kindOf(row), parameters.days)
  return { insight, validity, table: { name: nameOf(row), cells }, drawn }
}

/** How many seconds a client may keep the answer without asking; undefined for a key. */
function maxAgeFor(ctx: ReaderCtx): number | undefined {
  const link = asLink(ctx)
  return asKey(ctx) ? undefined : link ? secondsKept(link) : LINK_SECONDS
}

const NOTHING_DRAWN = { result: null, timezone: null, resolved_date_range: null, query_status: null }

/**
 * The file of an insight that is a SQL query or a table of events: its name and its rows. undefined for other kinds, and for
 * who has a link or a viewer's token, who sees the rows of the insight. Throws as `retrieveInsight` and `exportQuery`.
 */
export async function exportInsight(ctx: ReaderCtx, { ref, recorded, parameters }: Omit<RetrieveInput, 'as' | 'read'>) {
  const key = asKey(ctx)
  if (!key) return undefined
  const row = await readVisibleInsight(key, ref, recorded)
  const narrowing = narrowingOf(row, parameters.from_dashboard, readOverrides(parameters))
  const query = narrowQuery(row.query, narrowing)
  if (!EXPORTED.includes(sourceNode(query)?.kind ?? '')) return undefined
  const file = await exportQuery(key, query)
  return file && { name: nameOf(row), file }
}
const EXPORTED: readonly string[] = ['HogQLQuery', 'EventsQuery']

/** The kind of the query of an insight; undefined if it has none. */
export function kindOf(row: InsightRow): string | undefined {
  try {
    return sourceNode(queryOf(row))?.kind
  } catch {
    // filters that stand for no node
    return undefined
  }
}

/** The name of the file of an insight. */
export const nameOf = (row: InsightRow): string => row.name || row.derived_name || `insight ${row.short_id}`

async function answerFor(
  ctx: ReaderCtx,
  row: InsightRow,
  { parameters, read, as }: Pick<RetrieveInput, 'parameters' | 'read' | 'as'>,
) {
  const link = asLink(ctx)
  const viewer = asViewer(ctx)
  const wish = (surface: 'insight' | 'shared') => readWish(as === 'table' ? `${surface} csv` : surface, parameters)
  if (viewer) return answerViewed(viewer, row, parameters, { ...wish('shared'), read })
  if (link) return presentShared(link, wish('shared'), read)
  return answerNarrowed(ctx, row, parameters, { ...wish('insight'), read })
}

/** The insight with its result as the parameters narrow it, and the answer that it shows. */
export async function answerNarrowed(
  ctx: ProjectCtx,
  row: InsightRow,
  parameters: ReadParameters,
  request: Pick<InsightRequest, 'mode' | 'maxAge' | 'cachedAfter' | 'read'>,
) {
  const narrowing = narrowingOf(row, parameters.from_dashboard, readOverrides(parameters))
  const answer = await answerInsight(ctx, row, narrowing, { ...request, statusId: parameters.client_query_id })
  if (answer.key !== null) rememberResult(row, parameters, { forced: forcedOf(ctx), timezone: zoneOf(ctx) }, answer.key)
  return { insight: presentInsight(row, ctx, { answer, narrowing }), answer }
}
