import { unreachable } from '../../core/assert.ts'
import type { PathsPointPlan } from '../../plan/points/paths.ts'
import type { Select } from '../../tree/relation.ts'

/** Column `actor`: who the number counts. */
export const buildPathsActors = (_point: PathsPointPlan): Select => unreachable('not built')
