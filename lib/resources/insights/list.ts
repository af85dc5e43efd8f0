/** `GET insights/`: a page of insights with their results. */
import type { ReadBefore } from '../../refresh/lookup.ts'
import { readWish } from '../../refresh/policy.ts'
import { findInsightPage } from '../../store/insight-page.ts'
import type { InsightRow } from '../../store/insights.ts'
import { areMembers } from '../../store/organizations.ts'
import { asLink, asViewer, type ReaderCtx } from '../ctx.ts'
import { isOn } from '../fields.ts'
import { presentShared } from '../sharing/shared.ts'
import { viewerNarrowing } from '../viewers/narrowing.ts'
import { type ListParameters, noSuchUser, readCreators, readFilter, readOrder } from './list-filter.ts'
import { narrowingOf, readOverrides } from './narrowing.ts'
import { presentPage } from './page.ts'
import { presentBasic } from './present-insight.ts'

export interface ListInput {
  readonly parameters: ListParameters
  /** What the request has read already. */
  readonly read: ReadBefore
  readonly page: { readonly limit: number; readonly offset: number }
}

/** Throws 400 with `attr` if a filter cannot be read, and for a creator who is no member of the organization. */
export async function listInsights(
  ctx: ReaderCtx,
  { parameters, read, page }: ListInput,
): Promise<{ count: number; results: object[] }> {
  const { services, project } = ctx
  const filter = readFilter(ctx, parameters)
  const { rows, count } = await findInsightPage(services.db, project.id, filter, readOrder(parameters.order), page)
  const creators = count === 0 ? readCreators(parameters.created_by) : undefined
  if (creators && !(await areMembers(services.db, project.organizationId, creators))) throw noSuchUser()
  if (isOn(parameters.basic)) return { count, results: rows.map((row) => presentBasic(row, ctx)) }
  const link = asLink(ctx)
  if (link) {
    const shown = rows.length > 0 ? [await presentShared(link, readWish('shared', parameters), read)] : []
    return { count, results: shown.map(({ insight }) => insight) }
  }
  const viewer = asViewer(ctx)
  if (viewer) {
    const narrowingFor = (row: InsightRow) => viewerNarrowing(viewer.actor, row, parameters)
    const items = rows.map((row) => ({ row, narrowing: narrowingFor(row) }))
    return { count, results: await presentPage(viewer, items, readWish('shared', parameters)) }
  }
  const overrides = readOverrides(parameters)
  const items = rows.map((row) => ({ row, narrowing: narrowingOf(row, parameters.from_dashboard, overrides) }))
  return { count, results: await presentPage(ctx, items, readWish('insight', parameters)) }
}
