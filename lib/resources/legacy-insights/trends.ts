import { ApiError } from '../../core/errors.ts'
import { parseQuery } from '../../nodes/index.ts'
import { convertFilters } from '../../nodes/legacy/filters.ts'
import type { KeyCtx } from '../ctx.ts'
import { withPersonsUrls } from '../persons/links.ts'
import { answerLegacy, LEGACY_PATH, type LegacyAnswer, type LegacyInput, presentLegacy } from './compute.ts'

/** Other kinds of insights are trends here. */
const SERIES_KINDS = ['STICKINESS', 'LIFECYCLE'] as const

type Query = ReturnType<typeof convertFilters>

/** Trends of legacy filters. Throws as `answerLegacy`. */
export async function answerLegacyTrends(ctx: KeyCtx, { filters }: LegacyInput): Promise<LegacyAnswer> {
  const { project } = ctx
  const insight = SERIES_KINDS.find((kind) => kind === filters.insight) ?? 'TRENDS'
  const answer = await withoutUnknownActions(convertFilters({ ...filters, insight }), (known) =>
    answerLegacy(ctx, known, filters),
  )
  const result = answer.entry ? withPersonsUrls(project.id, answer.key, answer.entry) : []
  // one answer has every value up to `breakdown_limit`, and the others as one: there is no next page
  return { kind: 'TrendsQuery', answer, body: { result, ...presentLegacy(project, answer), next: null } }
}

/** A series of an action that is not there has no item in a legacy answer; a query node would be refused. */
async function withoutUnknownActions<T>(query: Query, work: (query: Query) => Promise<T>): Promise<T> {
  try {
    return await work(query)
  } catch (error) {
    const unknown = error instanceof ApiError && error.code === 'does_not_exist' ? error.attr : null
    const node = parseQuery(query, LEGACY_PATH)
    const index = node.kind === 'TrendsQuery' ? node.series.findIndex(({ attr }) => `${attr}__id` === unknown) : -1
    if (index < 0) throw error
    const series = (query.series ?? []).filter((_, position) => position !== index)
    return withoutUnknownActions({ ...query, series }, work)
  }
}
