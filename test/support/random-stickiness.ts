/** StickinessQuery nodes at random over activity worlds, the same for the same seed. */
import type { Random } from '../../local/demo/random.ts'
import type { Made } from './funnel-node.ts'
import { askedKeys, randomAsked, randomEntity, seriesNode } from './random-asked.ts'
import type { StickinessQuery } from './stickiness-evaluator.ts'

type Series = StickinessQuery['series'][number]

export function randomStickiness(random: Random): StickinessQuery {
  const asked = randomAsked(random)
  return {
    ...asked,
    series: Array.from(
      { length: random.chance(0.25) ? 2 : 1 },
      (): Series => ({
        ...randomEntity(random),
        by: random.pick([
          ['person', 6],
          ['group', 2],
          ['plan', 1],
          ['event', 0.5],
          ['distinct_id', 0.5],
        ]),
        math: random.pick([
          [null, 2],
          ['total', 1],
          ['dau', 1],
        ]),
      }),
    ),
    intervalCount: random.chance(0.35) ? random.between(1, 6) : null,
    criteria: random.chance(0.35)
      ? {
          operator: random.pick([
            ['gte', 2],
            ['lte', 1],
            ['exact', 1],
          ]),
          value: random.between(1, 4),
        }
      : null,
    cumulative: random.chance(0.3),
    // hours of an absolute end are one instant
    compare:
      asked.interval !== 'hour' && random.chance(0.2)
        ? {
            to: random.pick([
              [null, 2],
              ['-1w', 1],
              ['-2d', 1],
            ]),
          }
        : null,
  }
}

/** The query as it is on the wire. */
export const stickinessNode = (query: StickinessQuery, made: Made) => ({
  kind: 'StickinessQuery',
  ...askedKeys(query, made),
  series: query.series.map((series) => ({ ...seriesNode(series, made), ...mathOf(series) })),
  interval: query.interval,
  ...(query.intervalCount === null ? {} : { intervalCount: query.intervalCount }),
  stickinessFilter: {
    ...(query.criteria ? { stickinessCriteria: query.criteria } : {}),
    ...(query.cumulative ? { computedAs: 'cumulative' } : {}),
  },
  ...(query.compare
    ? { compareFilter: { compare: true, ...(query.compare.to ? { compare_to: query.compare.to } : {}) } }
    : {}),
})

const mathOf = ({ by, math }: Series) =>
  by === 'group'
    ? { math: 'unique_group', math_group_type_index: 0 }
    : by === 'person'
      ? { ...(math ? { math } : {}) }
      : { math: 'hogql', math_hogql: by === 'plan' ? 'properties.plan' : by }
