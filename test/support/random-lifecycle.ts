/** LifecycleQuery nodes at random over activity worlds, the same for the same seed. */
import type { Random } from '../../local/demo/random.ts'
import type { Made } from './funnel-node.ts'
import type { LifecycleQuery } from './lifecycle-evaluator.ts'
import { askedKeys, randomAsked, randomEntity, seriesNode } from './random-asked.ts'

export function randomLifecycle(random: Random): LifecycleQuery {
  const first = randomEntity(random)
  // the filters of a second one count, too
  const second = random.chance(0.15) ? [{ ...randomEntity(random), event: first.event, action: first.action }] : []
  return { ...randomAsked(random), series: [first, ...second], by: random.chance(0.25) ? 'group' : 'person' }
}

/** The query as it is on the wire. */
export const lifecycleNode = (query: LifecycleQuery, made: Made) => ({
  kind: 'LifecycleQuery',
  ...askedKeys(query, made),
  series: query.series.map((series) => seriesNode(series, made)),
  interval: query.interval,
  ...(query.by === 'group' ? { aggregation_group_type_index: 0 } : {}),
})
