import { unreachable } from '../../core/assert.ts'
import type { LifecyclePointPlan } from '../../plan/points/lifecycle.ts'
import type { Select } from '../../tree/relation.ts'

/** Column `actor`: who the number counts. */
export const buildLifecycleActors = (_point: LifecyclePointPlan): Select => unreachable('not built')
