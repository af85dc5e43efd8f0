import { convertFilters } from '../../nodes/legacy/filters.ts'
import type { KeyCtx } from '../ctx.ts'
import { answerWithPeople, type LegacyAnswer, type LegacyInput } from './compute.ts'

/** Paths of legacy filters. Throws as `answerLegacy`. */
export const answerLegacyPaths = (ctx: KeyCtx, { filters }: LegacyInput): Promise<LegacyAnswer> =>
  answerWithPeople(ctx, convertFilters({ ...filters, insight: 'PATHS' }), filters)
