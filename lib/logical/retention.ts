import { unreachable } from '../core/assert.ts'
import type { RetentionPlan } from '../plan/retention.ts'
import type { Select } from '../tree/relation.ts'

export const buildRetention = (_plan: RetentionPlan): Select[] => unreachable('not built')
