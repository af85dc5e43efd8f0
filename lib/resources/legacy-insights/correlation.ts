import { convertCorrelation } from '../../nodes/legacy/correlation.ts'
import type { KeyCtx } from '../ctx.ts'
import { answerWithPeople, type LegacyAnswer, type LegacyInput } from './compute.ts'

/** Correlation in a funnel of legacy filters. Throws as `answerLegacy`. */
export const answerLegacyCorrelation = (ctx: KeyCtx, { filters }: LegacyInput): Promise<LegacyAnswer> =>
  answerWithPeople(ctx, convertCorrelation(filters), filters)
