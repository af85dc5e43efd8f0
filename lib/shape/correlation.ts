import type { Row } from '../engines/engine.ts'
import type { CorrelationPlan } from '../plan/correlation.ts'

/** One event or property of a correlation result, with PostHog's names (docs/funnels.md 13). */
export interface CorrelationItem {
  readonly event: {
    readonly event: string
    readonly properties: Readonly<Record<string, unknown>>
    readonly elements: []
  }
  readonly success_count: number
  readonly failure_count: number
  readonly odds_ratio: number
  readonly correlation_type: 'success' | 'failure'
}

export interface CorrelationResult {
  readonly kind: 'FunnelCorrelationQuery'
  readonly results: {
    readonly events: readonly CorrelationItem[]
    /** More than ten times as many people converted as did not, or the reverse. */
    readonly skewed: boolean
  }
}

const correlationResult = (events: readonly CorrelationItem[], skewed: boolean): CorrelationResult => ({
  kind: 'FunnelCorrelationQuery',
  results: { events, skewed },
})

/** Rows of `buildCorrelation` -> result. If nobody converted or everybody did, it is empty and `skewed`. */
export function shapeCorrelation(plan: CorrelationPlan, rows: readonly Row[]): CorrelationResult {
  const [first] = rows
  if (!plan.people || !first) return correlationResult([], false)
  const [successes, failures] = [Number(first.successes), Number(first.failures)]
  if (successes === 0 || failures === 0) return correlationResult([], true)
  const events = rows.filter((row) => row.name !== null).map((row) => correlationItem(row))
  return correlationResult(events, successes / failures > 10 || failures / successes > 10)
}

function correlationItem(row: Row): CorrelationItem {
  const name = String(row.name)
  const [, type] = /^\$autocapture::elements_chain::(.*?)__~~__/s.exec(name) ?? []
  return {
    event: { event: name, properties: type === undefined ? {} : { $event_type: type }, elements: [] },
    success_count: Number(row.success),
    failure_count: Number(row.failure),
    odds_ratio: Number(row.odds),
    correlation_type: Number(row.odds) > 1 ? 'success' : 'failure',
  }
}
