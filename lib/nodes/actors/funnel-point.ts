import * as z from 'zod/mini'
import { invalid, notSupported } from '../../core/errors.ts'
import { MAX_NAME, MAX_TEXT } from '../bounds.ts'
import { NODE_DISPLAY_KEYS } from '../display.ts'
import type { FunnelsNode } from '../funnels/node.ts'
import { parseFunnels } from '../funnels/parse.ts'
import { FunnelsQuery } from '../funnels/wire.ts'
import { anyKeys, parseNodePart } from '../schema.ts'

const value = z.union([z.string().check(z.maxLength(MAX_TEXT)), z.number()])
/** Schema of the breakdown value whose people are listed: one text for each part of the breakdown. */
export const ActorsBreakdown = z.union([value, z.array(value).check(z.maxLength(25))])

const FunnelsActorsQuery = z.strictObject({
  kind: z.literal('FunnelsActorsQuery'),
  source: z.looseObject({ kind: z.string() }),
  funnelStep: z.nullish(z.int()),
  funnelStepBreakdown: z.nullish(ActorsBreakdown),
  funnelTrendsEntrancePeriodStart: z.nullish(z.string().check(z.maxLength(MAX_NAME))),
  funnelTrendsDropOff: z.nullish(z.boolean()),
  includeRecordings: z.nullish(z.boolean()),
  ...anyKeys(NODE_DISPLAY_KEYS),
})

/** The people behind a step of a funnel, or behind a point of its trend. */
export interface FunnelPoint {
  readonly kind: 'FunnelPoint'
  readonly source: FunnelsNode
  /** n from 1: people who did step n; -n from -2: people who did step n - 1 and dropped off before step n. */
  readonly step: number
  readonly breakdown: readonly string[] | null
  /** The start of the interval in which people entered; for the trend of a funnel. */
  readonly entry: string | null
  readonly dropOff: boolean
  readonly path: readonly string[]
}

/**
 * A FunnelsActorsQuery -> the number of a funnel whose people are listed. `path`: its place in the request. Throws 400
 * `invalid_input` if the funnel has no such step, or if the funnel is a trend and the query names no point of it; 400
 * `parse_error` or `not_supported` as `parseFunnels` does.
 */
export function parseFunnelPoint(json: unknown, path: readonly string[]): FunnelPoint {
  const query = parseNodePart(FunnelsActorsQuery, json, path)
  const at = [...path, 'source']
  const source = parseFunnels(parseNodePart(FunnelsQuery, query.source, at), at)
  const attr = (key: string) => [...path, key].join('__')
  if (source.aggregateBy)
    throw notSupported(attr('source'), 'Listing the actors of a funnel that is aggregated by HogQL')
  const step = query.funnelStep ?? 1
  if (step === 0) throw invalid(attr('funnelStep'), "Funnel steps are 1-indexed, so step 0 doesn't exist")
  if (step === -1)
    throw invalid(
      attr('funnelStep'),
      'The first valid drop-off argument for funnelStep is -2. -2 refers to persons who performed the first step but never made it to the second.',
    )
  if (Math.abs(step) > source.series.length)
    throw invalid(attr('funnelStep'), `The funnel has ${source.series.length} steps.`)
  const isTrend = source.view === 'trends'
  const { funnelTrendsEntrancePeriodStart: entry, funnelTrendsDropOff: dropOff, funnelStepBreakdown: breakdown } = query
  if (isTrend && (entry == null || dropOff == null))
    throw invalid(
      attr(entry == null ? 'funnelTrendsEntrancePeriodStart' : 'funnelTrendsDropOff'),
      'The people of a funnel trend need funnelTrendsEntrancePeriodStart and funnelTrendsDropOff.',
    )
  return {
    kind: 'FunnelPoint',
    source,
    step,
    breakdown: breakdown == null ? null : (Array.isArray(breakdown) ? breakdown : [breakdown]).map(String),
    entry: isTrend ? (entry ?? null) : null,
    dropOff: dropOff ?? false,
    path,
  }
}
