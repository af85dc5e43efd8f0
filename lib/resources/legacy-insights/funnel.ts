import type { Json } from '../../core/json.ts'
import { convertFilters } from '../../nodes/legacy/filters.ts'
import { responseOf } from '../../refresh/entry.ts'
import type { KeyCtx } from '../ctx.ts'
import { answerLegacy, type LegacyAnswer, type LegacyInput, presentLegacy } from './compute.ts'

/** As the reference page says; a query node has 25. */
const BREAKDOWN_LIMIT = 10

export interface LegacyFunnelInput extends LegacyInput {
  /** The body; null for a GET, which may come without steps. */
  readonly body: Json | null
}

/** A funnel of legacy filters. Throws as `answerLegacy`. */
export async function answerLegacyFunnel(ctx: KeyCtx, { filters, body }: LegacyFunnelInput): Promise<LegacyAnswer> {
  const { project } = ctx
  const kind = 'FunnelsQuery'
  const query = convertFilters({ breakdown_limit: BREAKDOWN_LIMIT, ...filters, insight: 'FUNNELS' })
  // a GET without steps has an empty result, as on the reference page; a client that sends a body meant to ask for something
  if (body === null && query.series?.length === 0) {
    const answer = { kind: 'missing', entry: null } as const
    return { kind, answer, body: { result: [], ...presentLegacy(project, answer) } }
  }
  const answer = await answerLegacy(ctx, query, filters)
  const results = answer.entry ? responseOf(answer.entry).results : []
  const result = body?.insight === 'FUNNELS' ? unboxed(results, body) : results
  return { kind, answer, body: { result, ...presentLegacy(project, answer) } }
}

/** Old clients that say they are funnels get the value of a single breakdown as a text (docs/funnels.md 14). */
function unboxed(
  results: unknown,
  { breakdown, breakdown_type: type = 'event', breakdowns }: Record<string, unknown>,
): unknown {
  if (!Array.isArray(results) || (type !== 'event' && type !== 'person')) return results
  const item = (step: Record<string, unknown>) => {
    if (breakdowns) {
      const { breakdown: value, ...rest } = step
      return value === undefined ? step : { ...rest, breakdowns: value }
    }
    if (typeof breakdown !== 'string') return step
    const one = (value: unknown) => (Array.isArray(value) && value.length === 1 ? value[0] : value)
    return {
      ...step,
      ...('breakdown' in step ? { breakdown: one(step.breakdown) } : {}),
      ...('breakdown_value' in step ? { breakdown_value: one(step.breakdown_value) } : {}),
    }
  }
  return results.map((entry) => (Array.isArray(entry) ? entry.map(item) : item(entry)))
}
