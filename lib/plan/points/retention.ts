import { invalid } from '../../core/errors.ts'
import type { RetentionPoint } from '../../nodes/actors/retention-point.ts'
import { BREAKDOWN_OTHER } from '../breakdown.ts'
import type { PlanScope } from '../context.ts'
import { planRetention, type RetentionPlan } from '../retention.ts'

/** The actors of a row of a retention. */
export interface RetentionPointPlan {
  readonly kind: 'RetentionPoint'
  readonly plan: RetentionPlan
  /** The index of the row; null: of any row. */
  readonly row: number | null
  /** The value of the breakdown as in the answer; null: any. */
  readonly breakdown: string | null
}

/** Throws 400 `invalid_input` if the retention has no such row or cohort, and what `planRetention` throws. */
export function planRetentionPoint(point: RetentionPoint, scope: PlanScope): RetentionPointPlan {
  const { row, breakdown, path } = point
  const plan = planRetention(point.source, scope)
  const attr = (key: string) => [...path, key].join('__')
  const rows = plan.bounds.length
  if (row !== null && row >= rows) throw invalid(attr('interval'), `The query has ${rows} rows, counted from 0.`)
  const cohorts = plan.breakdown?.cohorts ?? []
  const isCohort = cohorts.some(({ id }) => breakdown === String(id === 'all' ? 0 : id))
  if (breakdown !== null && breakdown !== BREAKDOWN_OTHER && cohorts.length > 0 && !isCohort)
    throw invalid(attr('breakdown'), `The query is not broken down by the cohort ${breakdown}.`)
  return { kind: 'RetentionPoint', plan, row, breakdown }
}
