import { convertFilters } from '../../nodes/legacy/filters.ts'
import type { KeyCtx } from '../ctx.ts'
import { answerWithPeople, type LegacyAnswer, type LegacyInput } from './compute.ts'

/** As in PostHog; a query node has 8. */
const TOTAL_INTERVALS = 11

/** Retention of legacy filters. Throws as `answerLegacy`. */
export const answerLegacyRetention = (ctx: KeyCtx, { filters }: LegacyInput): Promise<LegacyAnswer> =>
  answerWithPeople(ctx, convertFilters({ total_intervals: TOTAL_INTERVALS, ...filters, insight: 'RETENTION' }), filters)
