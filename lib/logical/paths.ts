import { unreachable } from '../core/assert.ts'
import type { PathsPlan } from '../plan/paths.ts'
import type { Select } from '../tree/relation.ts'

export const buildPaths = (_plan: PathsPlan): Select[] => unreachable('not built')
