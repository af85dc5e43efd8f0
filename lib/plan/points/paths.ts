import type { PathKey, PathsPoint } from '../../nodes/actors/paths-point.ts'
import type { PlanScope } from '../context.ts'
import { type PathsPlan, planPaths } from '../paths.ts'

/** A number of a PathsQuery, whose actors are listed. */
export interface PathsPointPlan {
  readonly kind: 'PathsPoint'
  readonly paths: PathsPlan
  readonly from: PathKey | null
  readonly at: PathKey | null
  readonly dropOff: PathKey | null
}

/** Throws the errors of `planPaths`. */
export const planPathsPoint = ({ source, from, at, dropOff }: PathsPoint, scope: PlanScope): PathsPointPlan => ({
  kind: 'PathsPoint',
  paths: planPaths(source, scope),
  from,
  at,
  dropOff,
})
