/** RetentionQuery nodes at random over activity worlds, the same for the same seed. */
import type { Random } from '../../local/demo/random.ts'
import type { Made } from './funnel-node.ts'
import type { Entity } from './insight-evaluator.ts'
import { askedKeys, randomAsked, randomEntity, seriesNode } from './random-asked.ts'
import type { RetentionQuery } from './retention-evaluator.ts'

const BREAKDOWNS = [
  ['plan', 'event'],
  ['$browser', 'event'],
  ['amount', 'event'],
  ['plan', 'person'],
  ['age', 'person'],
  ['tier', 'group'],
  ['$group_0', 'event_metadata'],
] as const

export function randomRetention(random: Random): RetentionQuery {
  const target = randomEntity(random)
  const rolling = random.chance(0.2)
  const aggregates = !rolling && random.chance(0.2)
  const cumulative = !rolling && !aggregates && random.chance(0.2)
  const isBroken = random.chance(0.4)
  const by = random.chance(0.2) ? 'group' : 'person'
  const byCohorts = isBroken && random.chance(0.25)
  const [property, type] = BREAKDOWNS[random.between(0, BREAKDOWNS.length)] ?? BREAKDOWNS[0]
  return {
    ...randomAsked(random),
    isSquare: random.chance(0.5),
    type: random.pick([
      ['retention_recurring', 2],
      ['retention_first_time', 1],
      ['retention_first_ever_occurrence', 1],
    ]),
    target,
    returning: random.chance(0.4) ? target : randomEntity(random),
    totalIntervals: random.between(1, 12),
    cumulative,
    minimumOccurrences: random.chance(0.25) ? random.between(1, 4) : null,
    rolling,
    brackets:
      !rolling && !aggregates && random.chance(0.25)
        ? Array.from({ length: random.between(1, 4) }, () => random.between(1, 5))
        : null,
    aggregation: aggregates
      ? {
          type: random.chance(0.5) ? 'sum' : 'avg',
          ...(random.chance(0.7)
            ? ({ property: 'amount', owner: 'event' } as const)
            : ({ property: 'age', owner: 'person' } as const)),
        }
      : null,
    by,
    breakdown:
      isBroken && !byCohorts && (!rolling || type === 'person')
        ? {
            property,
            type,
            limit: random.pick([
              [null, 1],
              [1, 1],
              [2, 2],
            ]),
          }
        : null,
    cohorts: byCohorts ? [random.chance(0.3) ? null : 0, 1 + random.between(0, 2)] : null,
  }
}

const entityNode = ({ event, action, properties }: Entity, made: Made) => ({
  ...(action === null ? { id: event, type: 'events' } : { id: made.actions[action], type: 'actions' }),
  properties: seriesNode({ event, action, properties }, made).properties,
})

const PERIODS = { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' }

/** The query as it is on the wire. */
export function retentionNode(query: RetentionQuery, made: Made) {
  const { dateRange, ...asked } = askedKeys(query, made)
  const { breakdown, cohorts, aggregation } = query
  return {
    kind: 'RetentionQuery',
    ...asked,
    dateRange: query.isSquare ? { date_to: dateRange.date_to } : dateRange,
    ...(query.by === 'group' ? { aggregation_group_type_index: 0 } : {}),
    retentionFilter: {
      retentionType: query.type,
      period: PERIODS[query.interval],
      totalIntervals: query.totalIntervals,
      targetEntity: entityNode(query.target, made),
      returningEntity: entityNode(query.returning, made),
      ...(query.cumulative ? { cumulative: true } : {}),
      ...(query.minimumOccurrences === null ? {} : { minimumOccurrences: query.minimumOccurrences }),
      ...(query.rolling ? { timeWindowMode: '24_hour_windows' } : {}),
      ...(query.brackets ? { retentionCustomBrackets: query.brackets } : {}),
      ...(aggregation
        ? {
            aggregationType: aggregation.type,
            aggregationProperty: aggregation.property,
            aggregationPropertyType: aggregation.owner,
          }
        : {}),
    },
    ...(breakdown
      ? {
          breakdownFilter: {
            breakdowns: [
              {
                property: breakdown.property,
                type: breakdown.type,
                ...(breakdown.type === 'group' ? { group_type_index: 0 } : {}),
              },
            ],
            ...(breakdown.limit === null ? {} : { breakdown_limit: breakdown.limit }),
          },
        }
      : cohorts
        ? {
            breakdownFilter: {
              breakdown: cohorts.map((cohort) => (cohort === null ? 'all' : made.cohorts[cohort])),
              breakdown_type: 'cohort',
            },
          }
        : {}),
  }
}
