import { invalid } from '../../core/errors.ts'
import type { FunnelPoint } from '../../nodes/actors/funnel-point.ts'
import { dateScope, type PlanScope } from '../context.ts'
import { readDate } from '../dates.ts'
import { FUNNEL_OTHER, type FunnelsPlan, planFunnels } from '../funnels.ts'

/** The walks through a funnel that one of its numbers counts. */
export interface FunnelPointPlan {
  readonly kind: 'FunnelPoint'
  readonly funnels: FunnelsPlan
  /** As `funnelStep` of PostHog: n for people who did step n, -n for people who dropped off before it. */
  readonly step: number
  /** The breakdown value, as in the column `value` of `walks`; null: any. */
  readonly value: string | null
  /** The values beyond the limit of the breakdown. */
  readonly isOther: boolean
  /** For trends: the index of the interval in which people entered. */
  readonly bucket: number | null
  readonly dropOff: boolean
}

/** Throws 400 `invalid_input` if the funnel has no such number, and what `planFunnels` throws. */
export function planFunnelPoint(point: FunnelPoint, scope: PlanScope): FunnelPointPlan {
  const funnels = planFunnels(point.source, scope)
  const attr = (key: string) => [...point.path, key].join('__')
  const { breakdown } = funnels
  if (point.breakdown && !breakdown) throw invalid(attr('funnelStepBreakdown'), 'The funnel is not broken down.')
  const isOther = point.breakdown?.join() === FUNNEL_OTHER
  const parts = breakdown?.cohorts ? 1 : (breakdown?.parts.length ?? 0)
  if (point.breakdown && !isOther && point.breakdown.length !== parts)
    throw invalid(attr('funnelStepBreakdown'), `The funnel is broken down by ${parts} properties.`)
  const [first = ''] = point.breakdown ?? []
  const text = breakdown?.cohorts && first === '0' ? 'all' : parts > 1 ? JSON.stringify(point.breakdown) : first
  return {
    kind: 'FunnelPoint',
    funnels,
    step: point.step,
    value: point.breakdown ? text : null,
    isOther,
    bucket: point.entry === null ? null : entryBucket(point, funnels, scope),
    dropOff: point.dropOff,
  }
}

function entryBucket({ entry, path }: FunnelPoint, { entries, to }: FunnelsPlan, scope: PlanScope): number {
  const attr = [...path, 'funnelTrendsEntrancePeriodStart'].join('__')
  const at = readDate(entry ?? '', dateScope(scope), attr).at.toMillis()
  const index = entries.findLastIndex((start) => Date.parse(start) <= at)
  if (index < 0 || at >= Date.parse(to)) throw invalid(attr, 'This is not in the range of the funnel.')
  return index
}
