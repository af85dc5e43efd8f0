import type { StickinessPointPlan } from '../../plan/points/stickiness.ts'
import { column } from '../../tree/build.ts'
import type { Select } from '../../tree/relation.ts'
import { activeSlots, countTest } from '../stickiness.ts'

/** Column `actor`: the actors that were active in so many slots. */
export const buildStickinessActors = ({ plan, series, period, count }: StickinessPointPlan): Select => ({
  kind: 'select',
  columns: [{ expr: column('active', 'actor'), as: 'actor' }],
  from: { kind: 'query', alias: 'active', query: activeSlots(plan, series, period) },
  ...(count ? { where: countTest(column('active', 'slots'), count) } : {}),
})
