import { ApiError } from '../../core/errors.ts'
import { textOf } from '../../core/input.ts'
import { parseQuery } from '../../nodes/index.ts'
import { convertFilters } from '../../nodes/legacy/filters.ts'
import type { KeyCtx } from '../ctx.ts'
import { answerWithPeople, LEGACY_PATH, type LegacyAnswer, type LegacyInput } from './compute.ts'

/** Other kinds of insights are trends at this endpoint. */
const SERIES_KINDS = ['STICKINESS', 'LIFECYCLE'] as const

type Query = ReturnType<typeof convertFilters>

/** Trends of legacy filters, or the stickiness or lifecycle that they ask for. Throws as `answerLegacy`. */
export async function answerLegacyTrends(ctx: KeyCtx, { filters }: LegacyInput): Promise<LegacyAnswer> {
  const insight = SERIES_KINDS.find((kind) => kind === textOf(filters.insight)?.toUpperCase()) ?? 'TRENDS'
  const answer = await withoutUnknownActions(convertFilters({ ...filters, insight }), (known) =>
    answerWithPeople(ctx, known, filters),
  )
  // one answer has every value up to `breakdown_limit`, and the others as one: there is no next page
  return { ...answer, body: { ...answer.body, next: null } }
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
