import { unreachable } from '../core/assert.ts'
import type { StickinessPlan } from '../plan/stickiness.ts'
import type { Select } from '../tree/relation.ts'

export const buildStickiness = (_plan: StickinessPlan): Select[] => unreachable('not built')
