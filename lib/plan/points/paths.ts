import type { PathsPoint } from '../../nodes/actors/paths-point.ts'
import type { PlanScope } from '../context.ts'
import { type PathsPlan, planPaths } from '../paths.ts'

/** A number of a PathsQuery, whose actors are listed. */
export interface PathsPointPlan {
  readonly kind: 'PathsPoint'
  readonly plan: PathsPlan
}

export const planPathsPoint = ({ source }: PathsPoint, scope: PlanScope): PathsPointPlan => ({
  kind: 'PathsPoint',
  plan: planPaths(source, scope),
})
