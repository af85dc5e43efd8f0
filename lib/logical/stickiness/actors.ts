import { unreachable } from '../../core/assert.ts'
import type { StickinessPointPlan } from '../../plan/points/stickiness.ts'
import type { Select } from '../../tree/relation.ts'

/** Column `actor`: who the number counts. */
export const buildStickinessActors = (_point: StickinessPointPlan): Select => unreachable('not built')
