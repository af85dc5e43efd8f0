import { unreachable } from '../core/assert.ts'
import type { LifecyclePlan } from '../plan/lifecycle.ts'
import type { Select } from '../tree/relation.ts'

export const buildLifecycle = (_plan: LifecyclePlan): Select[] => unreachable('not built')
