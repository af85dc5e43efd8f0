import { convertCorrelation } from '../../nodes/legacy/correlation.ts'
import type { KeyCtx } from '../ctx.ts'
import { withCorrelationUrls } from '../persons/links.ts'
import { answerLegacy, type LegacyAnswer, type LegacyInput, presentLegacy } from './compute.ts'

/** Correlation in a funnel of legacy filters. Throws as `answerLegacy`. */
export async function answerLegacyCorrelation(ctx: KeyCtx, { filters }: LegacyInput): Promise<LegacyAnswer> {
  const { project } = ctx
  const answer = await answerLegacy(ctx, convertCorrelation(filters), filters)
  const result = answer.entry ? withCorrelationUrls(project.id, answer.key, answer.entry) : null
  return { kind: 'FunnelCorrelationQuery', answer, body: { result, ...presentLegacy(project, answer) } }
}
