import { unreachable } from '../../core/assert.ts'
import type { RetentionPointPlan } from '../../plan/points/retention.ts'
import type { Select } from '../../tree/relation.ts'

/** Column `actor`: who the number counts. */
export const buildRetentionActors = (_point: RetentionPointPlan): Select => unreachable('not built')
